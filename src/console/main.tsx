import { render } from 'preact';
import { App } from './app.js';
import { startLive } from './live/live.js';
import { startRouter } from './router/router.js';
import { applyTheme } from './state/theme.js';
import { findToken } from './state/token.js';

applyTheme();
findToken();
startRouter();
startLive();
render(<App />, document.getElementById('app')!);
