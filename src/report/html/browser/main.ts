/**
 * The script of report.html: search, filters, sorting, zoom, copying, the sheet of one task. Without it the page still
 * says everything but the table. It asks nothing of anybody, and puts nothing into the page but escaped text.
 */
import { copyButtons } from './copy.js';
import { filterTasks } from './filter.js';
import { showGraph } from './graph.js';
import { readModel } from './model.js';
import { taskSheet } from './sheet.js';
import { showTable } from './table.js';
import { themeButton } from './theme.js';

const model = readModel();
const open = taskSheet(model);
const seen = [showTable(model), showGraph(model, open)];
filterTasks(model, (shown) => {
  for (const show of seen) show(shown);
});
copyButtons();
themeButton();
