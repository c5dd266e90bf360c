# What a Makefile gets of stepladder, by one line of its own: -include node_modules/stepladder/stepladder.mk
#
#   orchestrate            run what is not done yet, in order, and report     (make -jN: up to N tasks at a time)
#   tasks/NAME.done        that task, and what it needs
#   plan status report graph lint-tasks watch      the commands of these names
#
# Set before that line, where wanted:
#   STEPLADDER_PREFIX      put in front of these names (not of tasks/NAME.done), where the Makefile has them already
#   STEPLADDER_GOALS       goals of the Makefile's own that have receipts (tasks/NAME.done) among their prerequisites
#   STEPLADDER_NODE        how node is called
# Set on Make's command line:
#   RETRY=1                try again what failed and was not changed since
#   FORCE=1                run the receipts that are named as goals, and only those, anew
#   POLL=1                 let `watch` look every second, where the file system tells of no changes
#   LAUNCH='srun …'        a prefix for the command of each step, instead of `launch` in stepladder.yaml
#
# This file lives in somebody else's Makefile, on any GNU Make from 3.81 on. Its variables have a dot in their names, so
# that an `export` without names there leaves them out; recipes follow a `;`, so that .RECIPEPREFIX does not matter;
# a variable that may be undefined is asked for its origin first, for --warn-undefined-variables.

ifndef stepladder.here
stepladder.here := $(dir $(lastword $(MAKEFILE_LIST)))
# Bare `make` must never pay: whatever the default goal is without us, it stays.
stepladder.default := $(.DEFAULT_GOAL)

ifndef STEPLADDER_PREFIX
STEPLADDER_PREFIX :=
endif
ifndef STEPLADDER_GOALS
STEPLADDER_GOALS :=
endif
ifndef STEPLADDER_NODE
STEPLADDER_NODE := node
endif
ifndef STEPLADDER_RUNNER
STEPLADDER_RUNNER := $(stepladder.here)dist/stepladder.cjs
endif

# $(call stepladder.given,NAME): the variable's value where it was set on Make's command line and is not 0. One that
# happens to be in the environment must not cost money.
stepladder.given = $(if $(filter command,$(firstword $(origin $(1)))),$(filter-out 0,$($(1))))
ifeq (command,$(firstword $(origin LAUNCH)))
STEPLADDER_LAUNCH := $(LAUNCH)
endif
stepladder.quote = '$(subst ','\'',$(1))'
stepladder.run = $(if $(STEPLADDER_PREFIX),env STEPLADDER_PREFIX=$(call stepladder.quote,$(STEPLADDER_PREFIX)) )$(STEPLADDER_NODE) $(call stepladder.quote,$(STEPLADDER_RUNNER))

# Is this `make -n`, `-q` or `-t`? MFLAGS holds what was given, without variables, whatever the Makefile did to
# MAKEFLAGS: the single letters are its first word; on 3.81 they follow the long options. -I, -O, -j and -l carry words
# of their own.
stepladder.first := $(firstword $(MAKEFLAGS))
stepladder.letters := $(filter-out --% -I% -O% -j% -l%,$(filter -%,$(MFLAGS)))
stepladder.letters += $(if $(findstring =,$(stepladder.first)),,$(filter-out -%,$(stepladder.first)))
stepladder.dry := $(strip $(foreach letter,n q t,$(findstring $(letter),$(stepladder.letters))))

stepladder.goals := $(if $(filter undefined,$(origin MAKECMDGOALS)),$(.DEFAULT_GOAL),$(MAKECMDGOALS))
stepladder.named := $(patsubst ./%,%,$(filter %.done,$(stepladder.goals)))
stepladder.forced := $(if $(call stepladder.given,FORCE),$(stepladder.named))
stepladder.orchestrate := $(filter $(STEPLADDER_PREFIX)orchestrate,$(stepladder.goals))
stepladder.unnamed := $(filter $(addprefix $(STEPLADDER_PREFIX),orchestrate watch),$(stepladder.goals))

ifneq (,$(stepladder.unnamed))
ifneq (,$(call stepladder.given,FORCE))
ifeq (,$(stepladder.named))
$(error FORCE=1 runs anew the tasks that are named, and $(stepladder.unnamed) names none: make FORCE=1 tasks/NAME.done)
endif
endif
endif

.PHONY: stepladder-force $(addprefix $(STEPLADDER_PREFIX),orchestrate plan watch status report graph lint-tasks)
stepladder-force:

# The tasks' own rules are made and read only where a goal asks for them, so that a bad task file never breaks
# `make build`. The front-end makes them by itself, and reads them in a Make of its own.
stepladder.wanted := $(stepladder.named) $(filter $(STEPLADDER_GOALS),$(stepladder.goals))
stepladder.wanted += $(if $(stepladder.dry),$(stepladder.orchestrate))
ifneq (,$(strip $(stepladder.wanted)))
ifeq ($(MAKE_VERSION)$(wildcard .stepladder/tasks.mk),3.81)
# 3.81 complains of a file that it is about to make.
stepladder.made := $(shell mkdir -p .stepladder && touch -t 200001010000 .stepladder/tasks.mk)
endif
include .stepladder/tasks.mk
# Read again after it was made, a Make that was told to go on (-k) has shown the diagnostics already.
.stepladder/tasks.mk: stepladder-force ; @exec $(stepladder.run) generate$(if $(filter-out undefined,$(origin MAKE_RESTARTS)), 2>/dev/null)
ifdef stepladder.withheld
# Up to 4.3, Make goes on under -k with what it read before the generator failed; and everywhere under -i.
$(stepladder.wanted): stepladder-withheld
else
ifdef stepladder.receipts
$(filter $(stepladder.receipts),$(stepladder.forced)): stepladder-force
endif
endif
endif

# A recipe with `+` runs under -n, -q and -t too, and a phony target with a recipe is never up to date for -q. So then
# there is none.
ifneq (,$(stepladder.dry))
$(STEPLADDER_PREFIX)orchestrate: $(if $(stepladder.orchestrate),stepladder-all)
$(STEPLADDER_PREFIX)watch:
else
# The front-end calls this very Make on the tasks' rules. Its words are quoted, since they may hold anything.
stepladder.env = STEPLADDER_MAKE=$(call stepladder.quote,$(MAKE_COMMAND)) STEPLADDER_NODE=$(call stepladder.quote,$(STEPLADDER_NODE))
stepladder.env += $(if $(filter-out undefined,$(origin STEPLADDER_LAUNCH)),STEPLADDER_LAUNCH=$(call stepladder.quote,$(value STEPLADDER_LAUNCH)))
stepladder.front = +@$(stepladder.env) exec $(stepladder.run)
$(STEPLADDER_PREFIX)orchestrate: ; $(stepladder.front) orchestrate$(if $(call stepladder.given,RETRY), --retry)
$(STEPLADDER_PREFIX)watch: ; $(stepladder.front) watch$(if $(call stepladder.given,RETRY), --retry)$(if $(call stepladder.given,POLL), --poll)
endif
$(STEPLADDER_PREFIX)plan: ; @exec $(stepladder.run) plan
$(STEPLADDER_PREFIX)status: ; @exec $(stepladder.run) status
$(STEPLADDER_PREFIX)report: ; @exec $(stepladder.run) report
$(STEPLADDER_PREFIX)graph: ; @exec $(stepladder.run) graph
$(STEPLADDER_PREFIX)lint-tasks: ; @exec $(stepladder.run) lint

.DEFAULT_GOAL := $(stepladder.default)
endif
