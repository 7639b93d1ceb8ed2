// The contract with the kiosks (README.md), as functions: what comes from the broker is bytes from a stranger, what
// leaves here is checked. Pure: no page, no line, no clock.

const ROOT = 'alcove/v1/';
const PLACE_BYTES = 60;
const PHRASE_BYTES = 479;
const REQUEST_BYTES = 3072;
const SMALL_BYTES = 256;
const LANGUAGE_LENGTH = 35;

export const SUBSCRIPTIONS = ['state', 'heartbeat', 'request/+', 'request/+/seen', 'request/+/closed',
	'request/+/cancelled'].map((tail) => `${ROOT}+/${tail}`);
export const EVERY_S = 30; // what a heartbeat promises when it does not say

const TOPIC = /^alcove\/v1\/([A-Za-z0-9._~%-]{1,180})\/(?:(state|heartbeat)|request\/([0-9a-f]{32})(?:\/(seen|closed|cancelled))?)$/;
const LANGUAGE = /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/;
// Control characters, line and paragraph separators, and what turns the direction of the text around it.
const UNFIT = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e]/u;

const bytes = (text) => new TextEncoder().encode(text);

function fit(text, most) {
	return typeof text === 'string' && text.trim() !== '' && !UNFIT.test(text) && bytes(text).length <= most;
}

/** The one encoding of a place's name. */
export function encodePlace(name) {
	return Array.from(bytes(name), (b) => /[A-Za-z0-9._~-]/.test(String.fromCharCode(b))
		? String.fromCharCode(b) : `%${b.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}

/** The name, or null when `segment` is not the one encoding of a fit name. */
export function decodePlace(segment) {
	try {
		const name = decodeURIComponent(segment);
		return fit(name, PLACE_BYTES) && encodePlace(name) === segment ? name : null;
	} catch {
		return null;
	}
}

export function topic(segment, id, tail) {
	return `${ROOT}${segment}/request/${id}${tail ? `/${tail}` : ''}`;
}

function text(payload, most) {
	if (payload.length > most) {
		return null;
	}
	try {
		return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload);
	} catch {
		return null;
	}
}

function object(payload, most) {
	try {
		const value = JSON.parse(text(payload, most));
		return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : null;
	} catch {
		return null;
	}
}

function language(tag) {
	if (typeof tag !== 'string' || tag.length > LANGUAGE_LENGTH || !LANGUAGE.test(tag)) {
		return null;
	}
	try {
		return Intl.getCanonicalLocales(tag)[0];
	} catch {
		return null;
	}
}

/** The fields we know, each checked; null when one of them is wrong. */
function request(payload, place, id) {
	const o = object(payload, REQUEST_BYTES);
	const own = (key) => (o !== null && Object.hasOwn(o, key) ? o[key] : undefined);
	const how = own('how'), when = own('when'), phrase = own('phrase'), plain = own('phrase_staff'), again = own('again') ?? 0;
	const tag = language(own('language'));
	const fine = own('id') === id && own('place') === place && ['come', 'desk', 'other'].includes(how) &&
		['now', 'soon', 'later'].includes(when) && tag !== null &&
		(how === 'other' ? fit(phrase, PHRASE_BYTES) : phrase === undefined) &&
		(plain === undefined || (how === 'other' && fit(plain, PHRASE_BYTES))) &&
		Number.isInteger(again) && again >= 0 && again <= 99;
	return fine ? { how, when, language: tag, phrase: how === 'other' ? phrase : '', plain: plain ?? '', again } : null;
}

function heartbeat(payload) {
	const every = object(payload, SMALL_BYTES)?.every ?? EVERY_S;
	return Number.isFinite(every) && every >= 1 && every <= 3600 ? every : null;
}

/** What a message says: {kind, segment, place, ...}, or null when it is none of ours or not in order. */
export function parse(name, payload) {
	const m = typeof name === 'string' && name.length <= 300 ? TOPIC.exec(name) : null;
	const place = m ? decodePlace(m[1]) : null;
	if (place === null) {
		return null;
	}
	const [, segment, status, id, tail] = m;
	const empty = payload.length === 0;
	const said = { kind: status ?? tail ?? 'request', segment, place, id, empty };
	switch (said.kind) {
	case 'state':
		said.state = empty ? '' : text(payload, SMALL_BYTES);
		return ['', 'online', 'offline'].includes(said.state) ? said : null;
	case 'heartbeat':
		said.every = heartbeat(payload);
		return said.every === null ? null : said;
	case 'cancelled':
		said.expired = text(payload, SMALL_BYTES) === 'expired';
		return empty ? null : said;
	case 'request':
		said.request = empty ? null : request(payload, place, id);
		return empty || said.request !== null ? said : null;
	default: // seen, closed: anything not empty means it
		return said;
	}
}
