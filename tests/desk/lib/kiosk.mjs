// A kiosk as kiosk/desk/README.md says it must be, over plain MQTT, for the tests. Not the real one: that is
// kiosk/host/bell.c, and has tests of its own.
import { randomBytes } from 'node:crypto';
import mqtt from 'mqtt';
import { encodePlace } from '../../../kiosk/desk/src/contract.js';

export async function startKiosk(place, url, { every = 30, user, password, version = 4, tidy = true } = {}) {
	const root = `alcove/v1/${encodePlace(place)}`;
	const open = new Map(); // id to {request, seen}
	const will = { topic: `${root}/state`, payload: 'offline', qos: 1, retain: true };
	const client = mqtt.connect(url, { protocolVersion: version, clean: true, reconnectPeriod: 300, will, username: user, password });
	client.on('error', () => {});
	const put = (tail, payload, retain = true) => client.publishAsync(`${root}/${tail}`, payload, { qos: 1, retain });
	const count = () => put('open', String(open.size));

	async function over(id, word) {
		const known = open.delete(id);
		if (word) {
			await put(`request/${id}/cancelled`, word, false);
		}
		await put(`request/${id}`, '');
		await put(`request/${id}/seen`, '');
		await put(`request/${id}/closed`, '');
		if (known) {
			await count();
		}
	}

	client.on('message', (topic, payload) => {
		const [id, tail] = topic.slice(root.length + '/request/'.length).split('/');
		const row = open.get(id);
		if (payload.length === 0 || !tidy) {
			return;
		}
		if (tail === 'closed') {
			over(id).catch(() => {});
		} else if (tail === 'seen' && row) {
			row.seen = true;
		} else if (tail === 'seen') {
			put(`request/${id}/seen`, '').catch(() => {});
		}
	});
	async function hello() {
		await client.subscribeAsync(`${root}/request/#`, { qos: 1 });
		await put('state', 'online');
		for (const [id, row] of open) {
			if (row.seen) {
				await put(`request/${id}/seen`, 'seen');
			}
			await put(`request/${id}`, JSON.stringify(row.request));
		}
		await put('heartbeat', JSON.stringify({ every }), false);
		await count();
	}
	client.on('connect', () => hello().catch(() => {})); // the line broke meanwhile: the next connection does it again
	const beat = setInterval(() => client.connected && put('heartbeat', JSON.stringify({ every }), false).catch(() => {}), every * 500);

	const kiosk = {
		place, open, client, root, put,
		async ask(fields = {}) {
			const id = randomBytes(16).toString('hex');
			const request = { id, place, how: 'come', when: 'now', language: 'en', ...fields };
			open.set(id, { request, seen: false });
			const from = Date.now();
			await put(`request/${id}`, JSON.stringify(request));
			await count();
			return { id, from };
		},
		repeat: (id) => put(`request/${id}`, JSON.stringify(open.get(id).request)),
		again(id) {
			const { request } = open.get(id);
			request.again = (request.again ?? 0) + 1;
			return kiosk.repeat(id);
		},
		cancel: (id) => over(id, 'cancelled'),
		expire: (id) => over(id, 'expired'),
		async stop() { // as it should
			clearInterval(beat);
			if (client.connected) {
				await put('state', 'offline');
			}
			await client.endAsync(true);
		},
		vanish() { // power cut: the last will speaks
			clearInterval(beat);
			client.options.reconnectPeriod = 0;
			client.stream.destroy();
		},
	};
	await new Promise((done) => client.once('connect', done));
	return kiosk;
}
