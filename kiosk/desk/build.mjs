// Makes the one file: node build.mjs OUT. Everything is inside it, and its policy lets nothing else run.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? 'desk.html');
const options = { bundle: true, minify: true, write: false, legalComments: 'none', absWorkingDir: here,
	target: ['chrome109', 'firefox115', 'safari16'] };

const text = async (more) => (await build({ ...options, ...more })).outputFiles[0].text.trim();
// The bundle goes into a <script>: nothing in it may end that early.
const script = (await text({ entryPoints: ['src/main.js'], format: 'esm', platform: 'browser' }))
	.replace(/<\/(script)/gi, '<\\/$1').replace(/<!--/g, '<\\!--');
const style = await text({ entryPoints: ['src/desk.css'] });
const hash = (body) => `'sha256-${createHash('sha256').update(body).digest('base64')}'`;
// blob: workers are mqtt's timers, which go on while the page is in the background.
const policy = `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; connect-src 'self' ws: wss:; ` +
	`img-src data:; manifest-src data:; worker-src blob:; base-uri 'none'; form-action 'none'`;

const parts = { POLICY: policy, STYLE: style, SCRIPT: script };
const page = readFileSync(`${here}/src/index.html`, 'utf8').replace(/%(POLICY|STYLE|SCRIPT)%/g, (_, name) => parts[name]);
mkdirSync(dirname(out), { recursive: true });
writeFileSync(out, page);
