export { alarmNotice } from './alarms/notice.js';
export { openWatch, type Watch, type WatchOptions } from './run/open-watch.js';
export { openDesk, type AlarmDesk, type DeskOptions } from './desk/open-desk.js';
export type * from './desk/alarm.js';
