export { alarmNotice } from './alarms/notice.js';
export { openWatch, type Watch, type WatchOptions } from './run/open-watch.js';
export { tryAlarms } from './desk/try-alarms.js';
export { openDesk, type OpenDesk } from './desk/open-desk.js';
