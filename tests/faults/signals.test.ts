/** Every signal to everything that may be started, to the group and alone. */
import { counted } from '../rig/chance.js';
import { SIGNALLED, signalledOnce, signalledTwice, signalledUnheard, UNHEARD } from '../rig/signalled.js';
import { suite } from '../rig/suite.js';
import { FORMS, formName } from '../rig/wide-backlog.js';

const test = suite('every signal');
const LONG = { timeoutMs: 300_000 };

for (const form of FORMS) {
  for (const one of SIGNALLED) {
    const what = `${one.signal}, ${one.to}, to ${one.started} (${formName(form)})`;
    test(`once: ${what}`, () => signalledOnce(form, one), LONG);
    test(`twice: ${what}`, () => signalledTwice(form, one), LONG);
  }
  for (const one of UNHEARD) {
    test(`unheard: ${one.signal} to ${one.started} (${formName(form)})`, () => signalledUnheard(form, one), LONG);
  }
}
counted(
  `${SIGNALLED.length} signals, once and twice, and ${UNHEARD.length} that only Make hears, in ${FORMS.length} forms`,
);
