// What is read from the broker and what is not: kiosk/desk/src/contract.js.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodePlace, encodePlace, parse, topic } from '../../kiosk/desk/src/contract.js';

const ID = '0123456789abcdef0123456789abcdef';
const bytes = (text) => new TextEncoder().encode(text);
const at = (tail = '', place = 'Quiet%20room') => `alcove/v1/${place}/request/${ID}${tail}`;
const good = { id: ID, place: 'Quiet room', how: 'come', when: 'now', language: 'es' };
const read = (fields, name = at()) => parse(name, bytes(JSON.stringify({ ...good, ...fields })));

test('a place has one encoding, and it reads back', () => {
	for (const name of ['Quiet room', 'a/b+c#d$e%f', 'Café + hall', 'غرفة', '静かな部屋', '~._-', '%2F', '😀']) {
		const segment = encodePlace(name);
		assert.match(segment, /^[A-Za-z0-9._~%-]+$/);
		assert.equal(decodePlace(segment), name);
	}
	assert.equal(encodePlace('Café + hall'), 'Caf%C3%A9%20%2B%20hall');
});

test('no other encoding of a place is read', () => {
	for (const bad of ['%2f', '%61', 'a%', '%C3', '%00', '%0A', '%FF', '%20', '', 'a b', '%E2%80%AE', 'x'.repeat(61)]) {
		assert.equal(decodePlace(bad), null, bad);
	}
	assert.equal(decodePlace('x'.repeat(60)), 'x'.repeat(60));
});

test('a request in order is read, field by field', () => {
	assert.deepEqual(read({}), { kind: 'request', segment: 'Quiet%20room', place: 'Quiet room', id: ID, empty: false,
		request: { how: 'come', when: 'now', language: 'es', phrase: '', plain: '', again: 0 } });
	assert.equal(read({ how: 'other', phrase: 'Su ropa', phrase_staff: 'Your laundry' }).request.plain, 'Your laundry');
	assert.equal(read({ how: 'other', phrase: 'x'.repeat(479) }).request.phrase.length, 479);
	assert.equal(read({ again: 3 }).request.again, 3);
	assert.equal(read({ language: 'zh-hant' }).request.language, 'zh-Hant');
	assert.equal(topic('Quiet%20room', ID, 'seen'), at('/seen'));
});

test('what it does not know is not kept', () => {
	const said = read({ name: 'Maria', time: 1700000000 });
	assert.equal(JSON.stringify(said).includes('Maria'), false);
	assert.deepEqual(Object.keys(said.request), ['how', 'when', 'language', 'phrase', 'plain', 'again']);
});

test('one wrong field and the request is not read', () => {
	const wrong = [{ id: 'f'.repeat(32) }, { id: undefined }, { place: 'Other room' }, { place: 1 }, { how: 'run' }, { how: null },
		{ how: '__proto__' }, { when: 'yesterday' }, { language: '' }, { language: '<b>' }, { language: 'e' },
		{ language: `en${'-abcdefgh'.repeat(4)}` }, { language: ['en'] }, { phrase: 'Only with other' }, { how: 'other' },
		{ phrase_staff: 'Only with other' }, { how: 'other', phrase: 'a', phrase_staff: 'a\nb' },
		{ how: 'other', phrase: 'a', phrase_staff: '' }, { how: 'other', phrase_staff: 'Alone' },
		{ how: 'other', phrase: '' }, { how: 'other', phrase: '  ' }, { how: 'other', phrase: 'x'.repeat(480) },
		{ how: 'other', phrase: 'a\nb' }, { how: 'other', phrase: 'a\u0000b' }, { how: 'other', phrase: '\u202eabc' },
		{ how: 'other', phrase: { toString: 'x' } }, { how: 'other', phrase: '\ud800' }, { again: -1 }, { again: 1.5 },
		{ again: 100 }, { again: '1' }];
	for (const fields of wrong) {
		assert.equal(read(fields), null, JSON.stringify(fields));
	}
});

test('fields are taken from the object itself', () => {
	const json = `{"id":"${ID}","place":"Quiet room","when":"now","language":"es","__proto__":{"how":"come"}}`;
	assert.equal(parse(at(), bytes(json)), null);
});

test('payloads that are no request at all', () => {
	for (const text of ['null', '[]', '"x"', '1', '{', 'x', '\u0000', '{"id":1}', '[[[['.repeat(500)]) {
		assert.equal(parse(at(), bytes(text)), null, text.slice(0, 20));
	}
	assert.equal(parse(at(), new Uint8Array([0xff, 0xfe, 0x7b])), null);
	assert.equal(parse(at(), bytes(`{"x":"${'y'.repeat(2100)}"}`)), null);
	const long = JSON.stringify({ ...good, x: 'y'.repeat(4000) });
	assert.equal(parse(at(), bytes(long)), null, 'too long, although its fields are fine');
});

test('topics that are none of ours', () => {
	for (const name of ['', 'alcove/v1', 'alcove/v2/a/state', 'alcove/v1/a/state/x', 'alcove/v1//state', 'alcove/v1/a+b/state',
		'alcove/v1/a/request/XYZ', `alcove/v1/a/request/${ID.toUpperCase()}`, `alcove/v1/a/request/${ID}0`, at('/other'),
		`x${at()}`, `alcove/v1/${'a'.repeat(181)}/state`, at('', 'Quiet%2froom')]) {
		assert.equal(parse(name, bytes('online')), null, name);
	}
});

test('marks, states and heartbeats', () => {
	assert.equal(parse(at('/seen'), bytes('seen')).empty, false);
	assert.equal(parse(at('/closed'), bytes('')).empty, true);
	assert.equal(parse(at('/cancelled'), bytes('expired')).expired, true);
	assert.equal(parse(at('/cancelled'), bytes('cancelled')).expired, false);
	assert.equal(parse(at('/cancelled'), bytes('')), null);
	assert.equal(parse('alcove/v1/a/state', bytes('online')).state, 'online');
	assert.equal(parse('alcove/v1/a/state', bytes('on fire')), null);
	assert.equal(parse('alcove/v1/a/heartbeat', bytes('{"every":10}')).every, 10);
	assert.equal(parse('alcove/v1/a/heartbeat', bytes('1')).every, 30);
	for (const every of ['0', '1e9', '"x"', '-5', 'null ']) {
		const said = parse('alcove/v1/a/heartbeat', bytes(`{"every":${every}}`));
		assert.ok(said === null || (said.every >= 1 && said.every <= 3600), every);
	}
});

test('random bytes never throw and never become a request', () => {
	let seed = 7;
	const next = () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff);
	const base = bytes(JSON.stringify({ ...good, how: 'other', phrase: 'Your laundry is ready.' }));
	let read = 0;
	for (let i = 0; i < 20000; i++) {
		const cut = base.slice(0, i % 3 === 0 ? next() % base.length : base.length);
		for (let n = next() % 4; n >= 0; n--) {
			cut[next() % (cut.length || 1)] = next() & 255;
		}
		const said = parse(at(), cut);
		if (said?.request) {
			read++;
			assert.doesNotMatch(said.request.phrase, /[\p{Cc}\u202a-\u202e]/u);
		}
	}
	assert.ok(read > 0 && read < 20000, `${read}`);
});
