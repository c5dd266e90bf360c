/** The page's style sheet; both colours of every state come from the marks. */
import { colourVariables } from '../graph/marks.js';
import backlog from './styles/backlog.css';
import cards from './styles/cards.css';
import figures from './styles/figures.css';
import ground from './styles/ground.css';
import media from './styles/media.css';
import tables from './styles/tables.css';

export const STYLE = `:root{${colourVariables()}}${[ground, cards, backlog, tables, figures, media].join('')}`;
