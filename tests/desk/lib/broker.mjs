// A real Mosquitto for one test, which serves the real page, and can be killed, stopped and started again.
import { spawn, execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const PAGE = new URL('../../../build/desk.html', import.meta.url).pathname;
const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;

export function freePort() {
	return new Promise((done, fail) => {
		const server = createServer().on('error', fail).listen(0, '127.0.0.1', () => {
			const { port } = server.address();
			server.close(() => done(port));
		});
	});
}

export async function until(what, condition, ms = 10000) {
	for (const end = Date.now() + ms; ;) {
		const value = await condition();
		if (value) {
			return value;
		}
		if (Date.now() > end) {
			throw new Error(`not within ${ms} ms: ${what}`);
		}
		await sleep(20);
	}
}

const answers = (port) => new Promise((done) => {
	const socket = connect(port, '127.0.0.1', () => { socket.destroy(); done(true); }).on('error', () => done(false));
});

/** `users`: {name: password}; then nobody gets in without. */
export async function startBroker({ users } = {}) {
	const dir = mkdtempSync(join(tmpdir(), 'alcove-desk-'));
	const port = await freePort(), web = await freePort();
	chmodSync(dir, 0o755);
	execFileSync('mkdir', ['-m', '755', join(dir, 'www')]);
	copyFileSync(PAGE, join(dir, 'www', 'index.html'));
	chmodSync(join(dir, 'www', 'index.html'), 0o644);
	let access = 'allow_anonymous true\n';
	if (users) {
		const file = join(dir, 'users');
		writeFileSync(file, Object.entries(users).map(([name, password]) => `${name}:${password}\n`).join(''));
		execFileSync('mosquitto_passwd', ['-U', file], { env: { ...process.env, PATH } });
		chmodSync(file, 0o644);
		access = `allow_anonymous false\npassword_file ${file}\n`;
	}
	writeFileSync(join(dir, 'conf'), `${access}persistence false
connection_messages false
log_dest none
max_queued_messages 10000
message_size_limit 4096
listener ${port} 127.0.0.1
listener ${web} 127.0.0.1
protocol websockets
socket_domain ipv4
http_dir ${join(dir, 'www')}
`);
	const broker = {
		port, web, child: null,
		address: `http://127.0.0.1:${web}/`,
		async start() {
			const child = spawn('mosquitto', ['-c', join(dir, 'conf')], { env: { ...process.env, PATH }, stdio: 'ignore' });
			broker.child = child;
			const end = () => child.kill('SIGKILL'); // whatever happens to the test
			process.once('exit', end);
			child.once('exit', () => process.removeListener('exit', end));
			await until('the broker answers', async () => {
				if (child.exitCode !== null) {
					throw new Error(`mosquitto ended with ${child.exitCode}`);
				}
				return await answers(port) && answers(web);
			});
		},
		async kill(signal = 'SIGKILL') {
			const { child } = broker;
			if (child && child.exitCode === null && child.signalCode === null) {
				const gone = new Promise((done) => child.once('exit', done));
				child.kill(signal);
				child.kill('SIGCONT');
				await gone;
			}
		},
		/** Everything that is retained, as "topic payload" lines, by a program that is not ours. */
		retained() {
			const args = ['-h', '127.0.0.1', '-p', String(port), '-t', '#', '-v', '--retained-only', '-W', '1'];
			try {
				return execFileSync('mosquitto_sub', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
			} catch (error) {
				if (error.status === 27) { // -W has ended it, as it should
					return error.stdout;
				}
				throw error;
			}
		},
		async end() {
			await broker.kill();
			rmSync(dir, { recursive: true });
		},
	};
	await broker.start();
	return broker;
}
