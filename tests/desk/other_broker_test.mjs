// The same page and the same kiosks on a broker that is not Mosquitto and knows no MQTT 5: aedes.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import net from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import Aedes from 'aedes';
import { WebSocketServer, createWebSocketStream } from 'ws';
import { PAGE, freePort, until } from './lib/broker.mjs';
import { openDesk, startBrowser } from './lib/desk.mjs';
import { startKiosk } from './lib/kiosk.mjs';

async function startAedes() {
	const aedes = new Aedes(), port = await freePort(), web = await freePort(), sockets = new Set();
	const tcp = net.createServer((s) => { sockets.add(s); aedes.handle(s); }).listen(port, '127.0.0.1');
	const http = createServer((request, response) => {
		response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
		response.end(readFileSync(PAGE));
	}).listen(web, '127.0.0.1');
	new WebSocketServer({ server: http, handleProtocols: () => 'mqtt' }).on('connection', (ws, request) => {
		const stream = createWebSocketStream(ws);
		stream.on('error', () => {});
		aedes.handle(stream, request);
	});
	return {
		port, address: `http://127.0.0.1:${web}/`,
		retained: () => new Promise((done, fail) => {
			const all = [];
			aedes.persistence.createRetainedStream('#').on('data', (p) => p.payload.length && all.push(`${p.topic} ${p.payload}`))
				.on('end', () => done(all.join('\n'))).on('error', fail);
		}),
		end() {
			http.closeAllConnections();
			http.close();
			sockets.forEach((s) => s.destroy());
			tcp.close();
			aedes.close();
		},
	};
}

test('ask, take, done; cancel; a kiosk that goes', async () => {
	const broker = await startAedes(), browser = await startBrowser();
	const url = `mqtt://127.0.0.1:${broker.port}`;
	try {
		const k = await startKiosk('Café + hall / 2', url);
		const early = await k.ask({ how: 'other', phrase: 'Before the desk opened.' });
		const d = await openDesk(browser, broker.address);
		await d.card('Café + hall / 2').waitFor();
		const { id, from } = await k.ask({ how: 'desk', when: 'later' });
		await until('it shows', async () => (await d.cards().count()) === 2);
		assert.ok(Date.now() - from < 1000);
		await d.page.locator('.acts button:visible', { hasText: 'I’m on it' }).first().click();
		await until('the kiosk knows', () => k.open.get(early.id).seen);
		await d.page.locator('.is-seen').waitFor();
		await sleep(900);
		await d.page.locator('.acts button:visible', { hasText: 'Done' }).click();
		await until('the kiosk has tidied up', () => !k.open.has(early.id));
		await k.cancel(id);
		await until('the page is empty', async () => (await d.cards().count()) === 0);
		await sleep(200);
		assert.equal(/request/.test(await broker.retained()), false, 'the broker holds no request');
		k.vanish();
		await d.page.locator('#screens .bad', { hasText: 'Not connected' }).waitFor();
		assert.deepEqual(d.errors, []);
	} finally {
		await browser.close();
		broker.end();
	}
});
