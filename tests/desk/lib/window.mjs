// The kiosk as `make run` starts it, broker and page with it, in a window under Xvfb: touched by xdotool, read back from
// the X server; and a replay that knows where the choices of its screens are and how each of them looks.
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from './broker.mjs';

const ROOT = new URL('../../../', import.meta.url).pathname;
const WIDTH = 1280, HEIGHT = 800, DPI = 150; // 5.9 pixels per millimeter, which is the replay's too
const TAP_MS = 600; // sooner it may be the second half of a double tap
const PATIENCE_MS = 15000;

const gone = (child) => child.exitCode !== null || child.signalCode !== null;

async function end(child, signal) {
	if (!gone(child)) {
		const ended = new Promise((done) => child.once('exit', done));
		child.kill(signal);
		await ended;
	}
}

function firstLine(stream, pattern) {
	return new Promise((done, fail) => {
		const lines = createInterface({ input: stream });
		lines.on('line', (line) => pattern.test(line) && done(pattern.exec(line)[1]));
		lines.on('close', () => fail(new Error(`no line like ${pattern}`)));
	});
}

async function startDisplay() {
	const child = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', `${WIDTH}x${HEIGHT}x24`, '-dpi', String(DPI), '-nolisten',
		'tcp'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
	const env = { ...process.env, DISPLAY: `:${await firstLine(child.stdio[3], /^(\d+)$/)}`, SDL_VIDEODRIVER: 'x11' };
	delete env.WAYLAND_DISPLAY;
	return { child, env };
}

/** FNV-1a, 64 bit, as alcove-replay --help describes it, in two halves: the prime is 2^40 + 435. */
function frameHash(pixels) {
	const head = Buffer.alloc(8);
	head.writeUInt32LE(WIDTH, 0);
	head.writeUInt32LE(HEIGHT, 4);
	let high = 0xCBF29CE4, low = 0x84222325;
	for (const bytes of [head, pixels]) {
		for (let i = 0; i < bytes.length; i++) {
			low = (low ^ bytes[i]) >>> 0;
			const product = low * 435;
			high = (high * 435 + Math.floor(product / 4294967296) + low * 256) % 4294967296;
			low = product % 4294967296;
		}
	}
	return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}

function startReplay() {
	const child = spawn(`${ROOT}build/alcove-replay`, ['--pack', 'build/library.pack', '--pack', 'build/house.pack', '-'],
		{ cwd: ROOT, stdio: ['pipe', 'pipe', 'inherit'] });
	const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
	return {
		child,
		async say(line) {
			child.stdin.write(`${line}\n`);
			const { value } = await lines.next();
			if (value === undefined || value.startsWith('no: ')) {
				throw new Error(`the replay says to "${line}": ${value}`);
			}
			return value;
		},
	};
}

/** A process and all that it has started. */
export function family(pid) {
	const parents = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map((name) => {
		try {
			const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
			return [Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])];
		} catch {
			return [0, 0]; // it has ended meanwhile
		}
	});
	const found = [pid];
	for (const one of found) {
		found.push(...parents.filter(([, parent]) => parent === one).map(([child]) => child));
	}
	return found;
}

export async function startWindow() {
	const display = await startDisplay();
	const run = spawn('bash', ['kiosk/host/run.sh'], { cwd: ROOT, env: display.env, stdio: ['ignore', 'pipe', 'inherit'] });
	const address = await firstLine(run.stdout, /(http:\/\/127\.0\.0\.1:\d+\/)/);
	const replay = startReplay();

	function pixels() {
		const dump = execFileSync('xwd', ['-root', '-silent'], { env: display.env, maxBuffer: 1 << 24 });
		const [size, width, height, bits, stride, colours] = [0, 16, 20, 44, 48, 76].map((at) => dump.readUInt32BE(at));
		if (width !== WIDTH || height !== HEIGHT || bits !== 32 || stride !== 4 * WIDTH) {
			throw new Error(`the screen is ${width}x${height} with ${bits} bits`);
		}
		const shown = Buffer.from(dump.subarray(size + 12 * colours));
		for (let i = 3; i < shown.length; i += 4) {
			shown[i] = 0;
		}
		return shown;
	}

	const window = {
		address, replay, pixels,
		brokerPort: Number(new URL(address).port) - 1, // kiosk/host/run.sh
		pid: run.pid,
		/** Waits until the window shows, pixel for pixel, what the replay shows. */
		async shows(what) {
			const wanted = await replay.say('frame-hash');
			await until(`the window shows ${what}`, () => frameHash(pixels()) === wanted, PATIENCE_MS);
		},
		async touch(choice) {
			const found = JSON.parse(await replay.say('choices')).find((c) => c.id === choice);
			if (!found) {
				throw new Error(`there is no ${choice} on the screen ${await replay.say('screen')}`);
			}
			await sleep(TAP_MS);
			execFileSync('xdotool', ['mousemove', String(found.x + (found.w >> 1)), String(found.y + (found.h >> 1)), 'click', '1'],
				{ env: display.env });
		},
		/** In the window, then in the replay; and both show the same. */
		async tap(...choices) {
			for (const choice of choices) {
				await window.touch(choice);
				await replay.say(`tap ${choice}`);
				await window.shows(`what follows ${choice}`);
			}
		},
		async end() {
			await end(run, 'SIGTERM');
			await end(replay.child, 'SIGKILL');
			await end(display.child, 'SIGKILL');
		},
	};
	await window.shows('the board');
	return window;
}
