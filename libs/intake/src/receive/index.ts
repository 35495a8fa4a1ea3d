export { openDropFolder, type DropFolder, type DropFolderOptions } from './drop-folder.js';
export { receive } from './receive.js';
