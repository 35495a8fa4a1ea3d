export { type BrowserSessions, openBrowserSessions } from './browser-sessions.js';
export { isOwnPath, type Login, openLogin } from './login.js';
export { parseProviderFile, type Provider } from './provider-file.js';
export { openTokens } from './tokens.js';
