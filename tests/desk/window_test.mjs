// The whole line, with nothing in it that is made for a test: `make run`'s kiosk in its window, touched; its broker; its
// page in a browser. Taken there, said here; and after Done no process, no file and no retained message holds it.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from './lib/broker.mjs';
import { openDesk, startBrowser } from './lib/desk.mjs';
import { family, startWindow } from './lib/window.mjs';

const FOLDERS = ['/run', '/tmp', '/var/tmp', '/dev/shm'], FILE_BYTES = 1 << 26;
const began = Date.now() - 1000;
let kiosk, browser, desk;

before(async () => {
	kiosk = await startWindow();
	browser = await startBrowser();
	desk = await openDesk(browser, kiosk.address);
});
after(async () => {
	await desk?.close();
	await browser?.close();
	await kiosk?.end();
});

function retained() {
	try {
		return execFileSync('mosquitto_sub', ['-h', '127.0.0.1', '-p', String(kiosk.brokerPort), '-t', '#', '-v',
			'--retained-only', '-W', '1'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
	} catch (error) {
		assert.equal(error.status, 27); // -W has ended it, as it should
		return error.stdout;
	}
}

/** The parts of memory that a process can write, and whether they hold one of these. */
function memoryHolds(pid, needles) {
	const maps = readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n').filter((line) => / rw/.test(line));
	const memory = openSync(`/proc/${pid}/mem`, 'r'), found = [];
	for (const line of maps) {
		const [from, to] = line.split(' ')[0].split('-').map((hex) => BigInt(`0x${hex}`));
		const bytes = Buffer.alloc(Number(to - from));
		try {
			readSync(memory, bytes, 0, bytes.length, from);
		} catch {
			continue; // not there, or not for reading
		}
		found.push(...needles.filter((needle) => bytes.includes(needle)).map((needle) => {
			const at = bytes.indexOf(needle);
			return `${line.slice(73) || 'memory'}: ${bytes.toString('latin1', Math.max(0, at - 40), at + 60).replace(/[^ -~]/g, '.')}`;
		}));
	}
	closeSync(memory);
	return found;
}

const nameOf = (pid) => readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
/** {"1234 alcove": [where, ...]} of the kiosk and its visits, or of the broker. */
function holders(name, needles) {
	return Object.fromEntries(family(kiosk.pid).filter((pid) => nameOf(pid).startsWith(name))
		.map((pid) => [`${pid} ${nameOf(pid)}`, memoryHolds(pid, needles)]).filter(([, found]) => found.length > 0));
}

/** Whose the kiosk's processes are: the broker has a user of its own. */
function owners() {
	return [...new Set(family(kiosk.pid).flatMap((pid) => {
		const about = statSync(`/proc/${pid}`, { throwIfNoEntry: false }); // a visit may have ended meanwhile
		return about ? [about.uid] : [];
	}))];
}

/** Files that they can have written since the test began and that hold this; nobody else's are opened. */
function files(needle) {
	const theirs = owners().flatMap((uid) => ['-o', '-uid', String(uid)]).slice(1);
	const { stdout, error } = spawnSync('find', [...FOLDERS, '-type', 'f', '-newermt', `@${began / 1000}`, '-size', `-${FILE_BYTES}c`,
		'(', ...theirs, ')', '-exec', 'grep', '-lF', '-e', needle, '{}', '+'], { encoding: 'utf8' });
	assert.ifError(error);
	return stdout.split('\n').filter(Boolean);
}

/** All that the page can still reach, as its engine tells it. */
async function heap() {
	const session = await desk.context.newCDPSession(desk.page), parts = [];
	session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => parts.push(chunk));
	await session.send('HeapProfiler.collectGarbage');
	await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
	await session.detach();
	return parts.join('');
}

test('asked by touch in the window, taken in the browser, said in the window; after Done nothing holds it', async (t) => {
	await kiosk.tap('begin', 'lang:en', 'talk', 'how:other', 'phrase:laundry', 'when:soon', 'speak:es');
	const from = Date.now();
	await kiosk.touch('send');
	await desk.card('Quiet room').waitFor();
	t.diagnostic(`1 requests: ${Date.now() - from} ms from the touch to the page, 600 of them before it`);
	assert.ok(Date.now() - from < 600 + 1000, `${Date.now() - from} ms`);
	const text = await desk.card('Quiet room').innerText();
	for (const part of ['Your laundry is ready.', 'In about 15 minutes', 'Speaks Spanish']) {
		assert.ok(text.includes(part), `${part} in ${text}`);
	}
	await kiosk.replay.say('tap send');
	await kiosk.replay.say('bell sent');
	await kiosk.replay.say('expect text Your request is at the desk');
	await kiosk.shows('that the request is at the desk');

	// What will be gone is there now, and the search finds it.
	const id = /request\/([0-9a-f]{32}) /.exec(retained())?.[1];
	assert.ok(id, 'the broker holds one request');
	const root = process.geteuid() === 0;
	for (const [name, what] of root ? [['alcove', id], ['mosquitto', `"id":"${id}`], ['mosquitto', 'Your laundry is ready']] : []) {
		assert.equal(Object.keys(holders(name, [what])).length, 1, `${name} has ${what} while it is open`);
	}
	assert.equal(files(id).length, 1, 'the kiosk keeps it in memory, in case it is started again');
	assert.ok((await heap()).includes(id));

	await desk.take('Quiet room');
	await kiosk.replay.say('bell seen');
	await kiosk.replay.say('expect text Staff have seen it');
	await kiosk.shows('that staff have seen it');
	await sleep(1000); // the page takes no second press for the first of a double one
	await desk.done('Quiet room');
	await kiosk.replay.say('bell closed');
	await kiosk.shows('that staff have finished with it');

	await until('the page is empty', async () => await desk.cards().count() === 0);
	await until('the broker is empty', () => !retained().includes('/request/'));
	await kiosk.tap('hide');
	assert.deepEqual(files(id), []);
	assert.equal(await desk.storage(), '[{},{},""]');
	await desk.page.evaluate(() => { window.heard.said = []; }); // this test's own ears
	assert.ok(!(await heap()).includes('laundry'), 'the page cannot reach what was asked any more');
	if (!root) {
		t.diagnostic('the memory of processes can be searched only as root');
		return;
	}
	assert.deepEqual(holders('alcove', [id, '"phrase":"Your laundry is ready']), {});
	// Debian's Mosquitto keeps the bare name of a topic that was emptied, a random number, until it starts again.
	assert.deepEqual(holders('mosquitto', [`"id":"${id}`, 'Your laundry is ready']), {});
	assert.deepEqual(desk.errors, []);
});
