export type { Notice, Topic } from './event.js';
export { openNotify, type Notify, type NotifyOptions } from './open-notify.js';
export { openRateWatch, type Crossing, type Threshold } from './rate-watch.js';
export { openThresholdWatch, type ThresholdWatch } from './threshold-watch.js';
export { readNotifySettings, type NotifySettings } from './settings.js';
