// Preloaded (`node --require`) into the program as it is shipped: makes one call of node:fs fail. FAIL_AT says which and
// how: `12 EIO` the twelfth, once; `12 ENOSPC on` that one and every later one that needs room; `0` none. What was called
// is told in the file that FAIL_LOG names, one line a call: its name, and the errors it can come to.
// What the machine itself keeps (/proc, /sys) and the program's own files are left alone: neither is the world's to fail.
const fs = require('node:fs');

const [at, wanted, on] = (process.env.FAIL_AT ?? '0').split(' ');
const log = process.env.FAIL_LOG;
const own = process.env.FAIL_OWN;
// For this process alone, not for what it starts.
for (const name of ['FAIL_AT', 'FAIL_LOG', 'FAIL_OWN']) delete process.env[name];

const LOOKING = ['EIO', 'EMFILE'];
const CHANGING = ['EIO', 'ENOSPC', 'EROFS'];
/** By the call; what only looks is never refused for a full disk. */
const CODES = {
  openSync: LOOKING,
  writing: [...CHANGING, 'EMFILE'],
  readSync: ['EIO'],
  writeSync: ['EIO', 'ENOSPC'],
  fsyncSync: ['EIO', 'ENOSPC'],
  closeSync: ['EIO'],
  fstatSync: ['EIO'],
  statSync: ['EIO'],
  lstatSync: ['EIO'],
  readFileSync: LOOKING,
  readdirSync: LOOKING,
  realpathSync: ['EIO'],
  readlinkSync: ['EIO'],
  accessSync: ['EIO', 'EROFS'],
  writeFileSync: [...CHANGING, 'EMFILE'],
  copyFileSync: [...CHANGING, 'EMFILE'],
  cpSync: [...CHANGING, 'EMFILE'],
  mkdirSync: CHANGING,
  renameSync: CHANGING,
  linkSync: CHANGING,
  unlinkSync: ['EIO', 'EROFS'],
  rmSync: ['EIO', 'EROFS'],
  utimesSync: ['EIO', 'EROFS'],
  chmodSync: ['EIO', 'EROFS'],
};
const NAMES = Object.keys(CODES).filter((name) => name !== 'writing');
const real = Object.fromEntries(NAMES.map((name) => [name, fs[name]]));
const realAppend = fs.appendFileSync;
/** Descriptors of what is exempt. */
const machine = new Set([0, 1, 2]);
let n = 0;
// A call that is made of others (readFileSync opens and reads) is one call.
let within = false;

const isExempt = (path) => /^\/(proc|sys|dev)(\/|$)/.test(path) || (own !== undefined && path.startsWith(own));

function failure(name, path, code) {
  const call = name.replace(/Sync$/, '');
  const error = new Error(`${code}: made to fail, ${call}${path === null ? '' : ` '${path}'`}`);
  return Object.assign(error, { code, syscall: call, errno: -5 }, path === null ? {} : { path });
}

/** The error that this call comes to, or null. */
function due(codes) {
  if (n === Number(at)) return codes.includes(wanted) ? wanted : codes[0];
  return on === 'on' && Number(at) > 0 && n > Number(at) && codes.includes(wanted) ? wanted : null;
}

function guarded(name, args) {
  const [first, flags] = args;
  const path = typeof first === 'number' ? null : String(first);
  const exempt = path === null ? machine.has(first) : isExempt(path);
  if (within || exempt) {
    const result = real[name](...args);
    if (name === 'openSync' && exempt) machine.add(result);
    if (name === 'closeSync') machine.delete(first);
    return result;
  }
  n += 1;
  const writing = name === 'openSync' && typeof flags === 'string' && flags !== 'r';
  const codes = CODES[writing ? 'writing' : name];
  within = true;
  try {
    if (log !== undefined) realAppend(log, `${name} ${codes}\n`);
    const code = due(codes);
    if (code === null) return real[name](...args);
    // What the kernel does: the descriptor is gone, the error is told.
    if (name === 'closeSync') real.closeSync(first);
    throw failure(name, path, code);
  } finally {
    within = false;
  }
}

for (const name of NAMES) fs[name] = Object.assign((...args) => guarded(name, args), real[name]);
