import { EXIT, printable } from '../diagnostic.js';
import { examine } from '../orchestrate/doctor.js';
import { jsonText } from '../report/json.js';
import type { Command } from './command.js';

const SIGN = { fine: '✓', wrong: '✗', unsure: '?' } as const;

export const doctorCommand: Command = {
  name: 'doctor',
  takes: '',
  arity: [0, 0],
  says: 'What is installed, what every rung comes to, and whether a run could start: exit 0 if so. Nothing is paid.',
  example: 'stepladder doctor',
  options: { json: { type: 'boolean', says: 'one JSON object a line' } },
  page: 'further',
  run({ root, options, print }) {
    const findings = examine(root);
    for (const finding of findings) {
      if (options.json === true) {
        print(jsonText(finding, 0).trimEnd());
        continue;
      }
      print(`${SIGN[finding.state]} ${printable(finding.what)}: ${printable(finding.says)}`);
      if (finding.remedy !== '') print(`    ${printable(finding.remedy)}`);
    }
    return findings.some((one) => one.state === 'wrong') ? EXIT.usage : EXIT.done;
  },
};
