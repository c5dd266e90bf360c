/**
 * To be imported where git is run by this very process: neither the user's own settings nor those of whoever runs the
 * tests matter, and no git goes on in the background, adding and removing files, when a command of it has ended.
 */
for (const name of Object.keys(process.env)) if (name.startsWith('GIT_')) delete process.env[name];
process.env.GIT_CONFIG_GLOBAL = '/dev/null';
process.env.GIT_CONFIG_NOSYSTEM = '1';
process.env.GIT_CONFIG_COUNT = '2';
process.env.GIT_CONFIG_KEY_0 = 'gc.auto';
process.env.GIT_CONFIG_VALUE_0 = '0';
process.env.GIT_CONFIG_KEY_1 = 'maintenance.auto';
process.env.GIT_CONFIG_VALUE_1 = 'false';
