export { openDropFolder, type DropFolder, type DropFolderOptions } from './drop-folder.js';
export { fileContent } from './file-content.js';
export { receive } from './receive.js';
