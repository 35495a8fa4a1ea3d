export { stateLetters } from './atlas/us-atlas.js';
export { THEMES, type ThemeName } from './theme/theme.js';
export type { ChartInput, ChartSeries } from './input.js';
export { type MapInput, regionMap } from './region-map.js';
export { lineChart } from './line-chart.js';
export { renderPng } from './render/png/index.js';
export { renderSvg } from './render/svg/svg.js';
export type { Scene } from './scene/scene.js';
export { type Fonts, interFonts } from './text/fonts.js';
