// The desk's rules, without line and page: kiosk/desk/src/board.js.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apply, newBoard, view } from '../../kiosk/desk/src/board.js';
import { encodePlace } from '../../kiosk/desk/src/contract.js';

const ID = (n) => n.toString(16).padStart(32, '0');
const S = 1000;

/** A desk with a clock of its own; every step returns the effects, and all are kept. */
function desk(now = 1000 * S) {
	const b = newBoard(), all = [];
	const d = {
		b, all,
		do(event) {
			const effects = apply(b, event, now);
			all.push(...effects);
			return effects;
		},
		pass(ms) {
			for (const end = now + ms; now < end;) {
				now = Math.min(end, now + S);
				d.do({ kind: 'tick' });
			}
			return d;
		},
		up: () => d.do({ kind: 'up' }),
		down: () => d.do({ kind: 'down' }),
		says(kind, n, more = {}, place = 'Quiet room') {
			return d.do({ kind, segment: encodePlace(place), place, id: ID(n), empty: false, retained: false, ...more });
		},
		asks: (n, fields = {}, more = {}, place = 'Quiet room') => d.says('request', n, {
			request: { how: 'come', when: 'now', language: 'en', phrase: '', again: 0, ...fields }, ...more }, place),
		state: (state, retained = false, place = 'Quiet room') => d.says('state', 0, { state, retained }, place),
		press: (kind, n, place = 'Quiet room') => d.do({ kind, key: `${encodePlace(place)}/${ID(n)}` }),
		view: () => view(b, now),
		alerts: () => all.filter((e) => e.do === 'alert').length,
		sent: (tail) => all.filter((e) => e.do === 'publish' && (!tail || `${e.topic}=${e.payload}`.endsWith(tail))).length,
	};
	d.up();
	return d;
}

test('a request shows, rings and alerts once, however often it comes', () => {
	const d = desk();
	d.asks(1);
	for (let i = 0; i < 50; i++) {
		d.asks(1);
		d.asks(1, { again: 0 }, { retained: true });
		d.pass(S);
	}
	assert.equal(d.alerts(), 1);
	assert.equal(d.view().requests.length, 1);
	assert.equal(d.view().ringing, true);
});

test('once, through ten lost lines and an empty broker', () => {
	const d = desk();
	d.asks(1);
	for (let i = 0; i < 10; i++) {
		d.down();
		d.pass(20 * S);
		d.up();
		d.pass((i % 2) * 30 * S); // sometimes later than the desk waits
		d.asks(1, {}, { retained: i % 3 === 0 });
		d.pass(5 * S);
		assert.equal(d.view().requests.length, 1);
	}
	assert.equal(d.alerts(), 1);
});

test('asking again is one more alert, and it breaks the silence', () => {
	const d = desk();
	d.asks(1);
	d.do({ kind: 'silence' });
	assert.equal(d.view().ringing, false);
	assert.equal(d.view().unseen, 1, 'silence does not clear the light');
	d.asks(1);
	assert.equal(d.view().ringing, false, 'the same once more is not again');
	d.asks(1, { again: 1 });
	d.asks(1, { again: 1 });
	d.asks(1, { again: 0 });
	assert.equal(d.view().ringing, true);
	assert.equal(d.alerts(), 2);
	assert.equal(d.view().requests[0].again, 1);
});

test('the first content of an id stands', () => {
	const d = desk();
	d.asks(1, { language: 'es' });
	d.asks(1, { language: 'fr', when: 'later', again: 1 });
	assert.equal(d.view().requests[0].language, 'es');
	assert.equal(d.view().requests[0].when, 'now');
});

test('I\'m on it counts when the broker sends it back', () => {
	const d = desk();
	d.asks(1);
	assert.deepEqual(d.press('take', 1), [{ do: 'publish', topic: `alcove/v1/Quiet%20room/request/${ID(1)}/seen`, payload: 'seen' }]);
	assert.equal(d.press('take', 1).length, 0, 'pressed twice is once');
	assert.equal(d.view().requests[0].seen, false);
	assert.equal(d.view().requests[0].busy, true);
	d.says('seen', 1);
	assert.deepEqual([d.view().requests[0].seen, d.view().requests[0].busy, d.view().ringing], [true, false, false]);
	assert.equal(d.press('take', 1).length, 0);
	d.says('seen', 1, { empty: true });
	assert.equal(d.view().requests[0].seen, true, 'seen once is seen for good');
});

test('a press that the broker never sends back can be made again', () => {
	const d = desk();
	d.asks(1);
	d.press('take', 1);
	d.pass(6 * S);
	assert.equal(d.view().requests[0].busy, false);
	assert.equal(d.view().requests[0].seen, false);
	assert.equal(d.press('take', 1).length, 1);
	d.down();
	assert.equal(d.view().requests[0].busy, false);
	assert.equal(d.press('take', 1).length, 0, 'nothing is promised without a line');
});

test('another desk was faster', () => {
	const d = desk();
	d.asks(1);
	d.says('seen', 1);
	assert.equal(d.view().ringing, false);
	assert.equal(d.press('take', 1).length, 0);
	assert.equal(d.press('done', 1).length, 1, 'and this one may still say Done');
});

test('what was seen before this desk opened does not alert, in either order', () => {
	for (const first of ['seen', 'request']) {
		const d = desk();
		const steps = [() => d.says('seen', 1, { retained: true }), () => d.asks(1, {}, { retained: true })];
		(first === 'seen' ? steps : steps.reverse()).forEach((step) => step());
		d.pass(5 * S);
		assert.equal(d.alerts(), 0, first);
		assert.equal(d.view().requests[0].seen, true);
	}
});

test('what was not seen before this desk opened does alert', () => {
	const d = desk();
	d.asks(1, {}, { retained: true });
	assert.equal(d.view().ringing, false);
	d.pass(S);
	assert.equal(d.alerts(), 1);
	assert.equal(d.view().ringing, true);
});

test('a double press on "I\'m on it" does not say Done', () => {
	const d = desk();
	d.asks(1);
	assert.equal(d.press('done', 1).length, 0, 'not before it is seen');
	d.press('take', 1);
	d.says('seen', 1);
	assert.equal(d.press('done', 1).length, 0);
	d.pass(S);
	assert.equal(d.press('done', 1).length, 1);
});

test('Done: gone when the broker says so; the kiosk tidies up and the desk adds nothing', () => {
	const d = desk();
	d.state('online');
	d.asks(1);
	d.says('seen', 1);
	d.pass(S);
	d.press('done', 1);
	assert.equal(d.view().requests.length, 1);
	d.says('closed', 1);
	assert.equal(d.view().requests.length, 0);
	d.asks(1, {}, { empty: true, request: null });
	d.says('seen', 1, { empty: true });
	d.says('closed', 1, { empty: true });
	d.pass(120 * S);
	assert.equal(d.sent('='), 0);
	assert.equal(d.b.rows.size + d.b.held.size, 0);
});

test('Done with a kiosk that is away: the desk empties all but the mark for the kiosk', () => {
	for (const state of ['offline', 'online']) { // "online" but it does not do its part
		const d = desk();
		d.state(state);
		d.asks(1);
		d.says('seen', 1);
		d.says('closed', 1);
		d.pass(6 * S);
		assert.equal(d.sent(`${ID(1)}=`), 1, state);
		assert.equal(d.sent('seen='), 1, state);
		assert.equal(d.sent('closed='), 0, state);
	}
});

test('closed marks go in the end, whatever the kiosk does', () => {
	const d = desk();
	d.state('offline');
	d.asks(1);
	d.says('closed', 1);
	d.pass(50 * 60 * S);
	assert.equal(d.sent('closed='), 0);
	d.pass(15 * 60 * S);
	assert.equal(d.sent('closed='), 1);
});

test('a mark without a request is swept while its kiosk is there', () => {
	const d = desk();
	d.state('online');
	d.says('seen', 7, { retained: true });
	d.says('closed', 8, { retained: true });
	d.pass(10 * S);
	assert.equal(d.sent(), 0, 'the kiosk comes first');
	d.pass(10 * S);
	assert.equal(d.sent('seen='), 1);
	assert.equal(d.sent('closed='), 1);
});

test('over is over: a closed or cancelled request never comes back', () => {
	const d = desk();
	d.asks(1);
	d.says('seen', 1);
	d.says('closed', 1);
	d.asks(1, {}, { empty: true, request: null });
	d.asks(2);
	d.says('cancelled', 2, { expired: false });
	for (let i = 0; i < 5; i++) {
		d.down();
		d.pass(60 * S);
		d.up();
		d.asks(1, { again: 9 });
		d.asks(2, { again: 9 }, { retained: true });
		d.pass(60 * S);
		assert.equal(d.view().requests.length, 0);
	}
	assert.equal(d.alerts(), 2);
	assert.ok(d.sent('closed=closed') > 0, 'whoever still offers a closed one is told');
});

test('a broker that forgot is told again what was seen', () => {
	const d = desk();
	d.asks(1);
	d.says('seen', 1);
	d.pass(10 * S);
	assert.equal(d.sent(), 0);
	d.down();
	d.pass(5 * S);
	d.up();
	d.asks(1);
	d.pass(5 * S);
	assert.equal(d.sent('seen=seen'), 1);
	assert.equal(d.view().requests[0].seen, true);
	assert.equal(d.alerts(), 1);
});

test('what the broker no longer has is dropped after a while, and not before', () => {
	const d = desk();
	d.asks(1);
	d.down();
	d.pass(300 * S);
	assert.equal(d.view().requests.length, 1, 'without a line nothing is known');
	d.up();
	d.pass(14 * S);
	assert.equal(d.view().requests.length, 1);
	d.pass(3 * S);
	assert.equal(d.view().requests.length, 0);
});

test('cancelled and expired are said, and go when dismissed', () => {
	const d = desk();
	d.asks(1);
	d.asks(2);
	d.says('cancelled', 1, { expired: false });
	d.says('cancelled', 1, { expired: false });
	d.says('cancelled', 2, { expired: true });
	d.says('cancelled', 3, { expired: true });
	const { notices, requests } = d.view();
	assert.deepEqual(notices.map((n) => n.expired), [false, true]);
	assert.equal(requests.length, 0);
	d.do({ kind: 'dismiss', n: notices[0].n });
	assert.equal(d.view().notices.length, 1);
});

test('unseen first, then the most urgent, then the oldest', () => {
	const d = desk();
	d.asks(1, { when: 'later' }, {}, 'A');
	d.asks(2, { when: 'now' }, {}, 'B');
	d.asks(3, { when: 'now' }, {}, 'C');
	d.asks(4, { when: 'soon' }, {}, 'D');
	d.says('seen', 2, {}, 'B');
	assert.deepEqual(d.view().requests.map((r) => r.place), ['C', 'D', 'A', 'B']);
});

test('the same id from another place is another request', () => {
	const d = desk();
	d.asks(1, {}, {}, 'A');
	d.asks(1, {}, {}, 'B');
	d.says('closed', 1, {}, 'B');
	assert.deepEqual(d.view().requests.map((r) => r.place), ['A']);
});

test('kiosks: alive or not, since when, and how sure that is', () => {
	const d = desk();
	d.state('online', true);
	assert.deepEqual(d.view().kiosks.map((k) => [k.state, k.sure]), [['online', false]]);
	d.pass(20 * S);
	d.says('heartbeat', 0, { every: 30 });
	const before = d.all.length;
	d.state('offline');
	assert.deepEqual(d.view().kiosks.map((k) => [k.state, k.sure]), [['offline', true]]);
	assert.deepEqual(d.all.slice(before), [{ do: 'line', place: 'Quiet room' }]);
	d.state('offline', true);
	assert.equal(d.all.length, before + 1, 'said once');
	d.state('');
	assert.equal(d.view().kiosks.length, 0);
});

test('a kiosk that says nothing any more is not called alive', () => {
	const d = desk();
	d.state('online');
	for (let i = 0; i < 20; i++) {
		d.pass(30 * S);
		d.says('heartbeat', 0, { every: 30 });
	}
	assert.equal(d.view().kiosks[0].state, 'online');
	d.pass(70 * S);
	assert.equal(d.view().kiosks[0].state, 'online');
	d.pass(10 * S);
	assert.equal(d.view().kiosks[0].state, 'silent');
	d.says('heartbeat', 0, { every: 30 });
	assert.equal(d.view().kiosks[0].state, 'online');
});

test('after a new connection a kiosk has to report again', () => {
	const d = desk();
	d.state('online');
	d.down();
	d.pass(20 * S);
	d.up();
	d.pass(14 * S);
	assert.equal(d.view().kiosks[0].state, 'online');
	d.pass(3 * S);
	assert.equal(d.view().kiosks[0].state, 'silent');
});

test('a flood from one place, or of places, stays within bounds', () => {
	const d = desk();
	for (let i = 0; i < 500; i++) {
		d.asks(i, {}, {}, 'Loud');
	}
	d.asks(1, {}, {}, 'Quiet');
	assert.equal(d.view().requests.filter((r) => r.place === 'Loud').length, 20);
	assert.equal(d.view().requests.filter((r) => r.place === 'Quiet').length, 1);
	for (let i = 0; i < 2000; i++) {
		d.state('online', false, `P${i}`);
	}
	assert.equal(d.view().kiosks.length, 500);
	for (let i = 0; i < 20000; i++) {
		d.says('seen', i + 1000);
	}
	assert.ok(d.b.held.size <= 5000);
	assert.ok(d.view().unread > 0);
});

test('nothing of a request is left when it is over, not even its place or its language', () => {
	const d = desk();
	d.asks(1, { language: 'so', how: 'other', phrase: 'Unmistakable words' }, {}, 'Unmistakable place');
	d.says('seen', 1, {}, 'Unmistakable place');
	const text = () => JSON.stringify([...d.b.rows, ...d.b.past, ...d.b.held, d.b.notices]);
	assert.match(text(), /Unmistakable words/);
	d.says('closed', 1, {}, 'Unmistakable place');
	d.asks(1, {}, { empty: true, request: null }, 'Unmistakable place');
	assert.doesNotMatch(text(), /Unmistakable words|"so"/);
	d.says('seen', 1, { empty: true }, 'Unmistakable place');
	d.says('closed', 1, { empty: true }, 'Unmistakable place');
	assert.doesNotMatch(text(), /Unmistakable/);
	d.pass(70 * 60 * S);
	assert.equal(d.b.past.size + d.b.held.size, 0);
});
