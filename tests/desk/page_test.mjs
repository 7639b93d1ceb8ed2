// The real page in a real browser on a real broker.
import assert from 'node:assert/strict';
import { after, before, beforeEach, afterEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBroker, until } from './lib/broker.mjs';
import { openDesk, startBrowser } from './lib/desk.mjs';
import { startKiosk } from './lib/kiosk.mjs';

const SLOW = process.env.ALCOVE_ALL ? {} : { skip: 'slow: tests/desk/run.sh --all' };
let browser, broker, kiosks, desks;
before(async () => { browser = await startBrowser(); });
after(() => browser.close());
beforeEach(async () => {
	broker = await startBroker();
	kiosks = [];
	desks = [];
});
afterEach(async () => {
	const wrong = [];
	for (const desk of desks) {
		const inside = await desk.page.evaluate(() => window.heard.errors).catch(() => []);
		wrong.push(...desk.errors, ...inside);
		await desk.close();
	}
	await Promise.all(kiosks.map((k) => k.stop().catch(() => {})));
	await broker.end();
	assert.deepEqual(wrong, [], 'the page had errors');
});

async function kiosk(place = 'Quiet room', options) {
	const k = await startKiosk(place, `mqtt://127.0.0.1:${broker.port}`, options);
	kiosks.push(k);
	return k;
}

async function desk(options) {
	const d = await openDesk(browser, broker.address, options);
	desks.push(d);
	return d;
}

const said = async (d, start) => (await d.heard()).said.filter((text) => text.startsWith(start)).length;

test('a request is on the page within a second, with all that staff need', async () => {
	const k = await kiosk(), d = await desk();
	const { from } = await k.ask({ how: 'other', when: 'soon', language: 'es', phrase: 'Su ropa ya está lista.',
		phrase_staff: 'Your laundry is ready.' });
	await d.card('Quiet room').waitFor();
	assert.ok(Date.now() - from < 1000, `${Date.now() - from} ms`);
	const text = await d.card('Quiet room').innerText();
	for (const part of ['Quiet room', 'Go to them and say: “Su ropa ya está lista.”', '“Your laundry is ready.”', 'In about 15 minutes', 'Speaks Spanish', 'I’m on it']) {
		assert.ok(text.includes(part), `${part} in ${text}`);
	}
	assert.equal(await d.page.title(), '(1) Desk');
	assert.equal(await d.page.locator('.phrase bdi').getAttribute('lang'), 'es');
});

test('two desks: one takes it, both show it; Done on the other empties everything', async () => {
	const k = await kiosk(), a = await desk(), b = await desk({ locale: 'es-MX' });
	const { id } = await k.ask({ language: 'so', how: 'other', phrase: 'Qof ayaa ku raadinaya' });
	await b.card('Quiet room').waitFor();
	assert.match(await b.card('Quiet room').innerText(), /Habla somalí/);
	await a.take('Quiet room');
	await b.page.locator('.is-seen', { hasText: 'Alguien va' }).waitFor();
	await a.page.locator('.is-seen', { hasText: 'Somebody is on it' }).waitFor();
	await until('the kiosk knows', () => k.open.get(id).seen);
	assert.match(broker.retained(), new RegExp(`${id}/seen seen`));
	await b.done('Quiet room');
	for (const d of [a, b]) {
		await d.page.waitForFunction(() => document.querySelectorAll('.request').length === 0);
		assert.equal(await d.storage(), '[{},{},""]');
		assert.ok(!new RegExp(`${id}|Qof ayaa`).test(await d.page.content()), 'nothing is left in the page');
		assert.deepEqual(await d.page.evaluate(async () => [(await indexedDB.databases()).length, (await caches.keys()).length]), [0, 0]);
	}
	await until('the kiosk has tidied up', () => k.open.size === 0);
	await sleep(200);
	assert.equal(broker.retained().includes(id), false);
});

test('Done while the kiosk is away: the broker holds no request, and the kiosk hears it when it is back', async () => {
	const k = await kiosk(), d = await desk();
	const { id } = await k.ask();
	await d.card('Quiet room').waitFor();
	k.vanish();
	await d.page.locator('#screens .bad', { hasText: 'Not connected' }).waitFor();
	await d.take('Quiet room');
	await d.page.locator('.is-seen').waitFor();
	await sleep(900);
	await d.done('Quiet room');
	await d.page.waitForFunction(() => document.querySelectorAll('.request').length === 0);
	await until('the desk has emptied it', () => !/request\/\w+(\/seen)? /.test(broker.retained()));
	assert.match(broker.retained(), new RegExp(`${id}/closed closed`));
	await kiosk();
	await until('the kiosk has emptied the rest', () => !broker.retained().includes(id));
});

test('the same request a hundred times is one alert; asking again is one more', async () => {
	const k = await kiosk(), d = await desk();
	const { id } = await k.ask();
	for (let i = 0; i < 100; i++) {
		await k.repeat(id);
	}
	await d.card('Quiet room').waitFor();
	await sleep(300);
	assert.equal(await d.cards().count(), 1);
	assert.equal(await said(d, 'New request'), 1);
	await k.again(id);
	await k.repeat(id);
	await d.page.getByText('Asked again').waitFor();
	assert.equal(await said(d, 'New request'), 2);
});

test('it rings until seen; silence keeps the light', SLOW, async () => {
	const k = await kiosk(), d = await desk();
	await d.page.click('#sound'); // a browser lets nothing sound before a press
	await d.page.locator('#sound', { hasText: 'Sound is on' }).waitFor();
	const { id } = await k.ask();
	await until('it rings', async () => (await d.heard()).tones >= 2);
	await until('it rings again', async () => (await d.heard()).tones >= 4, 8000);
	await d.page.click('#silence');
	const tones = (await d.heard()).tones;
	await sleep(6500);
	assert.equal((await d.heard()).tones, tones);
	assert.equal(await d.cards().count(), 1);
	assert.equal(await d.page.title(), '(1) Desk');
	await k.again(id);
	await until('asking again rings again', async () => (await d.heard()).tones > tones, 1500);
	await d.take('Quiet room');
	await d.page.locator('.is-seen').waitFor();
	const quiet = (await d.heard()).tones;
	await sleep(6500);
	assert.equal((await d.heard()).tones, quiet);
});

test('the broker is killed and started again: it says so, comes back, and alerts nobody twice', async () => {
	const k = await kiosk(), d = await desk();
	const { id } = await k.ask(), other = await k.ask({ when: 'later' });
	await d.page.waitForFunction(() => document.querySelectorAll('.request').length === 2);
	await d.page.getByRole('button', { name: 'I’m on it: Quiet room' }).first().click();
	await d.page.locator('.is-seen').first().waitFor();
	await broker.kill();
	await d.page.locator('#trouble', { hasText: 'Not connected since' }).waitFor();
	assert.equal(await d.page.locator('.acts button[aria-disabled=true]:visible').count(), 2);
	assert.equal(await d.page.locator('#screens li', { hasText: 'Not known while this page is not connected' }).count(),
		await d.page.locator('#screens li').count());
	await broker.start();
	await d.page.locator('#line.good').waitFor();
	assert.equal(await d.page.locator('#trouble').isVisible(), false);
	await until('both requests are with the broker', () => [id, other.id].every((i) => broker.retained().includes(`${i} {`)));
	await until('seen too', () => /seen seen/.test(broker.retained()));
	assert.equal(await d.cards().count(), 2);
	assert.equal(await d.page.locator('.is-seen').count(), 1);
	assert.equal(await said(d, 'New request'), 2);
	const late = await k.ask({ when: 'soon' });
	await d.page.waitForFunction(() => document.querySelectorAll('.request').length === 3);
	assert.ok(late.id);
});

test('a broker that hangs is noticed', SLOW, async () => {
	const d = await desk();
	broker.child.kill('SIGSTOP');
	await d.page.locator('#trouble').waitFor({ timeout: 25000 });
	broker.child.kill('SIGCONT');
	await d.page.locator('#line.good').waitFor({ timeout: 15000 });
});

test('a kiosk that goes is shown, since when, and what to do', async () => {
	const k = await kiosk('Laundry'), d = await desk();
	await d.page.locator('#screens .good', { hasText: 'Working' }).waitFor();
	k.vanish();
	const bad = d.page.locator('#screens .bad', { hasText: 'Laundry' });
	await bad.waitFor();
	assert.match(await bad.innerText(), /Not connected, since \d+:\d\d [AP]M\s+Requests cannot reach you/);
	assert.equal(await said(d, 'Laundry is not connected.'), 1);
});

test('taken back: the card goes and one sentence stays until it is read', async () => {
	const k = await kiosk(), d = await desk();
	const { id } = await k.ask();
	await d.card('Quiet room').waitFor();
	await k.cancel(id);
	await d.page.locator('#notices', { hasText: 'the request was taken back' }).waitFor();
	assert.equal(await d.cards().count(), 0);
	await d.page.getByRole('button', { name: 'OK' }).click();
	await d.page.waitForFunction(() => document.querySelectorAll('#notices li').length === 0);
});

test('hostile messages do nothing', async () => {
	const k = await kiosk('<img src=x onerror=alert(1)>'), d = await desk();
	let dialogs = 0;
	d.page.on('dialog', (x) => { dialogs++; x.dismiss(); });
	const id = 'a'.repeat(32), put = (topic, payload) => k.client.publishAsync(topic, payload, { qos: 1, retain: true });
	await k.ask({ how: 'other', language: 'en', phrase: '<script>alert(2)</script><b>&amp;' });
	for (const payload of ['{', 'null', '[]', `{"id":"${id}"}`, '\u0000'.repeat(100), 'x'.repeat(4000), Buffer.from([0xff, 0xfe]),
		`{"id":"${id}","place":"Quiet room","how":"come","when":"now","language":"\\"><script>"}`,
		`{"id":"${id}","place":"Elsewhere","how":"come","when":"now","language":"en"}`,
		`{"id":"${id}","place":"Quiet room","how":"constructor","when":"now","language":"en"}`]) {
		await put(`alcove/v1/Quiet%20room/request/${id}`, payload);
	}
	for (const topic of ['alcove/v1/%/state', 'alcove/v1/%00/state', 'alcove/v1/a%2fb/state', 'alcove/v1/__proto__/state',
		`alcove/v1/a/request/${'z'.repeat(32)}`, `alcove/v1/a b/request/${id}`, `alcove/v1/a/request/${id}/constructor`]) {
		await put(topic, 'online');
	}
	await put('alcove/v1/a/state', '<b>online</b>');
	await put('alcove/v1/a/heartbeat', '{"every":1e999}');
	await d.page.locator('#screens li', { hasText: '__proto__' }).waitFor(); // an odd name, but a name
	await d.page.locator('#unread', { hasText: /left out: \d\d/ }).waitFor();
	assert.equal(await d.cards().count(), 1);
	assert.equal(await d.page.locator('.request h3').innerText(), '<img src=x onerror=alert(1)>');
	assert.equal(await d.page.locator('.phrase').innerText(), '“<script>alert(2)</script><b>&amp;”');
	assert.equal(await d.page.locator('main img, main script, main b').count(), 0);
	assert.equal(dialogs, 0);
	// A long name and a long phrase widen nothing, on a phone either.
	const long = await kiosk('W'.repeat(60));
	await long.ask({ how: 'other', phrase: 'M'.repeat(479) });
	await d.page.setViewportSize({ width: 320, height: 640 });
	await d.page.waitForFunction(() => document.querySelectorAll('.request').length === 2);
	assert.equal(await d.page.evaluate(() => document.documentElement.scrollWidth), 320);
});

test('keys alone: reach, take, finish', async () => {
	const k = await kiosk(), d = await desk();
	const { id } = await k.ask();
	await d.card('Quiet room').waitFor();
	const here = () => d.page.evaluate(() => document.activeElement?.textContent ?? '');
	const tabTo = async (word) => {
		for (let i = 0; i < 20 && (await here()) !== word; i++) {
			await d.page.keyboard.press('Tab');
		}
		assert.equal(await here(), word);
		assert.ok(await d.page.evaluate(() => parseFloat(getComputedStyle(document.activeElement).outlineWidth) >= 3));
	};
	await tabTo('I’m on it');
	await d.page.keyboard.press('Enter');
	await until('seen', () => k.open.get(id)?.seen);
	await until('the focus is on Done', async () => (await here()) === 'Done');
	await d.page.keyboard.press('Enter'); // too soon: a held or doubled key does not close
	await sleep(300);
	assert.equal(k.open.size, 1);
	await sleep(700);
	await d.page.keyboard.press('Space');
	await until('closed', () => k.open.size === 0);
	await until('the focus is at the heading', async () => (await here()) === 'Nobody is asking right now');
});

test('it keeps nothing but language and sound, and those only when asked', async () => {
	const d = await desk();
	await d.page.click('#language');
	assert.equal(await d.page.locator('h1').innerText(), 'Recepción');
	assert.equal(await d.page.evaluate(() => document.documentElement.lang), 'es');
	assert.equal(await d.storage(), '[{},{},""]');
	await d.page.locator('#remember').check();
	assert.equal(await d.storage(), '[{"alcove-desk":"{\\"language\\":\\"es\\",\\"sound\\":true}"},{},""]');
	await d.page.reload();
	assert.equal(await d.page.locator('h1').innerText(), 'Recepción');
	await d.page.locator('#remember').uncheck();
	assert.equal(await d.storage(), '[{},{},""]');
});

test('user and password are asked for when the broker wants them, and kept in memory only', async () => {
	await broker.end();
	broker = await startBroker({ users: { desk: 'open sesame', kiosk: 'k' } });
	const d = await desk({ wait: false });
	await d.page.locator('#sign-in[open]').waitFor();
	await d.page.fill('#user', 'desk');
	await d.page.fill('#password', 'wrong');
	await d.page.keyboard.press('Enter');
	await d.page.getByText('did not accept').waitFor();
	await d.page.fill('#password', 'open sesame');
	await d.page.keyboard.press('Enter');
	await d.page.locator('#line.good').waitFor();
	assert.equal(await d.storage(), '[{},{},""]');
	const k = await kiosk('Quiet room', { user: 'kiosk', password: 'k' });
	await k.ask();
	await d.card('Quiet room').waitFor();
	await broker.kill();
	await broker.start();
	await d.page.locator('#line:not(.good)').waitFor({ timeout: 5000 }).catch(() => {});
	await d.page.locator('#line.good').waitFor();
	assert.equal(await d.page.locator('#sign-in[open]').count(), 0, 'not asked again after a broken line');
	await d.page.reload();
	await d.page.locator('#sign-in[open]').waitFor();
	await d.page.fill('#user', 'desk');
	await d.page.fill('#password', 'open sesame');
	await d.page.check('#keep');
	await d.page.keyboard.press('Enter');
	await d.page.locator('#line.good').waitFor();
	await d.page.reload();
	await d.page.locator('#line.good').waitFor();
	assert.match(await d.storage(), /^\[{},{"alcove-desk-user"/);
});

test('a plain line to another machine is refused with a sentence', async () => {
	const d = await openDesk(browser, broker.address, { wait: false });
	await d.page.route('http://desk.example/', async (route) => route.fulfill({ response: await route.fetch({ url: broker.address }) }));
	await d.page.goto('http://desk.example/');
	await d.page.getByText('This address is not private').waitFor();
	assert.equal(await d.page.locator('#line.good').count(), 0);
	await d.close();
});

test('the page can be put on a home screen', async () => {
	const d = await desk();
	const session = await d.context.newCDPSession(d.page);
	const { errors, data } = await session.send('Page.getAppManifest');
	assert.deepEqual(errors, []);
	assert.equal(JSON.parse(data).start_url, broker.address);
	const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
	assert.deepEqual(installabilityErrors.map((e) => e.errorId).filter((id) => id !== 'in-incognito'), []);
});
