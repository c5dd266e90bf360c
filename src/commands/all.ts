import { acceptCommand } from './accept.js';
import { answerCommand } from './answer.js';
import { approveCommand } from './approve.js';
import type { Command } from './command.js';
import { deferCommand } from './defer.js';
import { doctorCommand } from './doctor.js';
import { generateCommand } from './generate.js';
import { graphCommand } from './graph.js';
import { lintCommand } from './lint.js';
import { logCommand } from './log.js';
import { orchestrateCommand } from './orchestrate.js';
import { planCommand } from './plan.js';
import { promptCommand } from './prompt.js';
import { reopenCommand } from './reopen.js';
import { reportCommand } from './report.js';
import { retryCommand } from './retry.js';
import { showCommand } from './show.js';
import { statusCommand } from './status.js';
import { stepCommand } from './step.js';
import { stubsCommand } from './stubs.js';
import { takeCommand } from './take.js';
import { trustCommand } from './trust.js';
import { verifyCommand } from './verify.js';
import { watchCommand } from './watch.js';

/** Every command, in the order in which the help lists them. */
export const commands: readonly Command[] = [
  planCommand,
  orchestrateCommand,
  statusCommand,
  showCommand,
  retryCommand,
  acceptCommand,
  answerCommand,
  watchCommand,
  reportCommand,
  graphCommand,
  logCommand,
  promptCommand,
  lintCommand,
  stubsCommand,
  verifyCommand,
  deferCommand,
  approveCommand,
  reopenCommand,
  takeCommand,
  trustCommand,
  doctorCommand,
  generateCommand,
  stepCommand,
];
