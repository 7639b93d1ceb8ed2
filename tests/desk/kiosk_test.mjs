// The whole line: a real visit and the kiosk's own bell, a real broker, the real page in a real browser.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBroker, until } from './lib/broker.mjs';
import { openDesk, startBrowser } from './lib/desk.mjs';

const ROOT = new URL('../../', import.meta.url).pathname;
let browser, broker, desk, kiosk;

// alcove-replay answers each line with one line; it drives the visit through the kiosk's own keeper and bell.
function startReplay() {
	const process = spawn(`${ROOT}build/alcove-replay`, ['--broker', `127.0.0.1:${broker.port}`, '--place', 'Quiet room',
		'--pack', 'build/library.pack', '--pack', 'build/house.pack', '-'], { cwd: ROOT, stdio: ['pipe', 'pipe', 'inherit'] });
	const lines = createInterface({ input: process.stdout })[Symbol.asyncIterator]();
	return {
		process,
		async say(line) {
			process.stdin.write(`${line}\n`);
			const { value } = await lines.next();
			assert.ok(value !== undefined && !value.startsWith('no: '), `${line}: ${value}`);
			return value;
		},
	};
}

before(async () => {
	browser = await startBrowser();
	broker = await startBroker();
	desk = await openDesk(browser, broker.address);
	kiosk = startReplay();
});
after(async () => {
	kiosk.process.kill();
	await desk.close();
	await browser.close();
	await broker.end();
});

test('asked by touch, seen on the page, taken there, said on the kiosk; after Done nothing holds it', async () => {
	for (const line of ['tap begin', 'tap lang:en', 'tap talk', 'tap how:other', 'tap phrase:laundry', 'tap when:soon',
		'tap speak:es', 'tap send']) {
		await kiosk.say(line);
	}
	const from = Date.now();
	await desk.card('Quiet room').waitFor();
	assert.ok(Date.now() - from < 1000, `${Date.now() - from} ms from touch to desk`);
	const text = await desk.card('Quiet room').innerText();
	for (const part of ['Your laundry is ready.', 'In about 15 minutes', 'Speaks Spanish']) {
		assert.ok(text.includes(part), `${part} in ${text}`);
	}
	await kiosk.say('expect text Your request is at the desk');
	const id = /request\/([^/ ]+) /.exec(broker.retained())?.[1];
	assert.ok(id, 'the broker holds one request');

	await desk.take('Quiet room');
	await kiosk.say('expect text Staff have seen it');
	await sleep(1000); // the page takes no second press for the first of a double one
	await desk.done('Quiet room');
	await kiosk.say('expect text Staff have finished with your request');
	await desk.page.waitForFunction(() => document.querySelectorAll('.request').length === 0);
	await until('the broker is empty', () => !broker.retained().includes(id));
	await sleep(200);
	assert.equal(await desk.storage(), '[{},{},""]');
	assert.ok(!(await desk.page.content()).includes(id), 'nothing is left in the page');
});
