// What is on the desk: messages and presses in, effects and a view out. Pure: the time comes in, nothing is stored,
// and no effect is performed here. README.md's "What a desk must do" is this file.
//
// A board is one value that apply() changes; every call returns a list of effects:
//   {do: 'publish', topic, payload}   always QoS 1 and retained
//   {do: 'alert', row}                once for each id and `again`
//   {do: 'taken' | 'over' | 'cancelled' | 'expired', place}: to be said; what was said before is stale
//   {do: 'line', place}               a kiosk has just been lost
import { topic, EVERY_S } from './contract.js';

const ECHO_MS = 5000; // the broker sends back what we pressed, and the kiosk tidies up, within this
const SETTLE_MS = 15000; // after a new connection: what has not come by then is gone
const MISSING_MS = 2000; // a `seen` of ours that the broker has lost
const HOUR_MS = 3600000; // no request lives longer
const RETAINED_MS = 250; // what the broker had kept may come before its `seen`: no alert until then
const GUARD_MS = 800; // Done stands where "I'm on it" was: a double press must not close
const ROWS_OF_A_PLACE = 20, PLACES = 500, PAST = 5000, NOTICES = 5;
const WHEN = ['now', 'soon', 'later'];

export function newBoard() {
	return {
		upAt: 0, // when the line came up, 0 while it is down
		downAt: 0, // when it went down, 0 before the first connection
		everUp: false,
		settled: false,
		count: 0,
		rows: new Map(), // "PLACE/ID" to what is open
		held: new Map(), // the same to which of seen and closed the broker holds
		past: new Map(), // ID to what must not alert again: random ids and flags, an hour at most, in memory only
		kiosks: new Map(), // PLACE to what is known of it
		notices: [],
		unread: 0, // messages that were not in order
	};
}

// --- kiosks ---------------------------------------------------------------------------------------------------------

function kioskOf(b, m, now) {
	let k = b.kiosks.get(m.segment);
	if (!k && b.kiosks.size < PLACES) {
		k = { segment: m.segment, place: m.place, state: 'unknown', since: now, sure: false, beat: 0, every: EVERY_S,
			confirmed: false };
		b.kiosks.set(m.segment, k);
	}
	return k;
}

/** `sure`: we saw it change; otherwise it was so before we looked. */
function setState(k, state, now, sure) {
	if (k.state === state) {
		return false;
	}
	Object.assign(k, { state, since: now, sure });
	return true;
}

function onState(b, m, now, retained) {
	if (m.state === '') {
		b.kiosks.delete(m.segment);
		return [];
	}
	const k = kioskOf(b, m, now);
	if (!k) {
		return [];
	}
	const known = k.state === 'online';
	k.confirmed = true;
	if (m.state === 'online') {
		k.beat = now;
	}
	const changed = setState(k, m.state, now, !retained || known);
	return changed && known && m.state === 'offline' ? [{ do: 'line', place: k.place }] : [];
}

function onHeartbeat(b, m, now) {
	const k = kioskOf(b, m, now);
	if (k) {
		k.beat = now;
		k.every = m.every;
		if (k.state === 'silent' || k.state === 'unknown') {
			setState(k, 'online', now, k.state === 'silent');
		}
		k.confirmed = true;
	}
	return [];
}

function listenForBeats(b, now) {
	const effects = [];
	for (const k of b.kiosks.values()) {
		const late = now - Math.max(k.beat, b.upAt) > 2500 * k.every;
		if (k.state === 'online' && ((b.settled && !k.confirmed) || late)) {
			setState(k, 'silent', k.beat || now, true);
			effects.push({ do: 'line', place: k.place });
		}
	}
	return effects;
}

// --- requests -------------------------------------------------------------------------------------------------------

const keyOf = (m) => `${m.segment}/${m.id}`;
const publish = (m, tail, payload) => ({ do: 'publish', topic: topic(m.segment, m.id, tail), payload });

function remember(b, row, over, now) {
	b.past.delete(row.id);
	b.past.set(row.id, { over, again: row.again, seen: row.seen, silenced: row.silenced, closed: row.closed, at: now });
	if (b.past.size > PAST) {
		b.past.delete(b.past.keys().next().value);
	}
}

function drop(b, row, over, now) {
	b.rows.delete(keyOf(row));
	remember(b, row, over, now);
}

function roomFor(b, segment) {
	let n = 0;
	for (const row of b.rows.values()) {
		n += row.segment === segment ? 1 : 0;
	}
	return n < ROWS_OF_A_PLACE;
}

function onRequest(b, m, now, retained) {
	const key = keyOf(m), old = b.past.get(m.id), held = b.held.get(key);
	let row = b.rows.get(key);
	if (m.empty) {
		if (row) {
			drop(b, row, true, now);
			return row.closed ? [] : [{ do: 'over', place: row.place }];
		}
		if (old) {
			old.over = true;
		}
		return [];
	}
	if (old?.over) {
		// Late, or a broker that forgot: over is over. Whoever still offers it is told.
		const again = old.closed && !held?.closed ? [publish(m, 'closed', 'closed')] : [];
		return old.closed && retained ? [...again, publish(m, '', '')] : again;
	}
	if (!row) {
		if (!kioskOf(b, m, now) || !roomFor(b, m.segment)) {
			b.unread++;
			return [];
		}
		row = { segment: m.segment, place: m.place, id: m.id, ...m.request, again: old?.again ?? -1,
			seen: old?.seen ?? false, closed: held?.closed ?? false, silenced: old?.silenced ?? false,
			order: b.count++, since: now, sure: !retained, taking: 0, closing: 0, tidyAt: 0, seenAt: 0,
			alertAt: 0 };
		b.past.delete(m.id);
		b.rows.set(key, row);
		row.seen ||= held?.seen ?? false;
		closeRow(b, row, now);
	}
	row.confirmed = now;
	const news = m.request.again > row.again;
	row.again = Math.max(row.again, m.request.again);
	if (news && !row.seen && !row.closed) {
		row.silenced = false;
		row.alertAt = retained ? now + RETAINED_MS : now;
	}
	return alertFor(row, now);
}

function alertFor(row, now) {
	if (row.alertAt === 0 || now < row.alertAt) {
		return [];
	}
	row.alertAt = 0;
	return row.seen || row.closed ? [] : [{ do: 'alert', row }];
}

/** A closed request leaves the page; its kiosk gets a moment to tidy up before we do. */
function closeRow(b, row, now) {
	if (row.closed && row.tidyAt === 0) {
		row.tidyAt = b.kiosks.get(row.segment)?.state === 'online' ? now + ECHO_MS : now;
	}
}

function onMark(b, m, now) {
	const key = keyOf(m), row = b.rows.get(key);
	const held = b.held.get(key) ?? { segment: m.segment, id: m.id, seen: false, closed: false, at: now };
	held[m.kind] = !m.empty;
	held.at = now;
	if (!held.seen && !held.closed) {
		b.held.delete(key);
	} else if (b.held.has(key) || b.held.size < PAST) {
		b.held.set(key, held);
	}
	return row && !m.empty ? markRow(b, row, m.kind, now) : [];
}

function markRow(b, row, kind, now) {
	const news = !row[kind] && !row.closed;
	row[kind] = true;
	if (news && kind === 'seen') {
		row.seenAt = row.taking ? now : 0;
	}
	row.taking = 0;
	closeRow(b, row, now);
	return news ? [{ do: kind === 'seen' ? 'taken' : 'over', place: row.place }] : [];
}

function onCancelled(b, m, now) {
	const row = b.rows.get(keyOf(m));
	if (row) {
		drop(b, row, true, now);
		if (!row.closed) {
			b.notices.push({ n: b.count++, place: row.place, expired: m.expired });
			b.notices.splice(0, b.notices.length - NOTICES);
			return [{ do: m.expired ? 'expired' : 'cancelled', place: row.place }];
		}
	}
	return [];
}

// --- time -----------------------------------------------------------------------------------------------------------

function tendRow(b, row, now) {
	const held = b.held.get(keyOf(row)), effects = alertFor(row, now);
	if (row.closed && now >= row.tidyAt) {
		// The kiosk is away: what is left is the closed mark, for when it is back.
		drop(b, row, true, now);
		effects.push(publish(row, '', ''));
		if (held?.seen) {
			effects.push(publish(row, 'seen', ''));
		}
	}
	for (const press of ['taking', 'closing']) {
		row[press] = now - row[press] > ECHO_MS ? 0 : row[press];
	}
	if (row.seen && !row.closed && !held?.seen && row.confirmed >= b.upAt && now - row.confirmed > MISSING_MS) {
		row.confirmed = now + ECHO_MS;
		effects.push(publish(row, 'seen', 'seen'));
	}
	return effects;
}

/** Marks without a request: the kiosk takes them away; we do when it does not. */
function tendMark(b, key, held, now) {
	if (b.rows.has(key) || now - held.at <= SETTLE_MS) {
		return [];
	}
	const effects = held.seen ? [publish(held, 'seen', '')] : [];
	const away = b.kiosks.get(held.segment)?.state !== 'online';
	if (held.closed && (!away || now - held.at > HOUR_MS)) {
		effects.push(publish(held, 'closed', ''));
	}
	if (effects.length > 0) {
		held.at = now;
	}
	return effects;
}

function onTick(b, now) {
	const effects = [];
	for (const [id, old] of b.past) {
		if (now - old.at > HOUR_MS + 5 * 60000) {
			b.past.delete(id);
		}
	}
	if (b.upAt === 0) {
		return effects;
	}
	if (!b.settled && now - b.upAt > SETTLE_MS) {
		b.settled = true;
		for (const row of [...b.rows.values()].filter((r) => r.confirmed < b.upAt)) {
			drop(b, row, row.closed, now);
		}
	}
	for (const row of [...b.rows.values()]) {
		effects.push(...tendRow(b, row, now));
	}
	for (const [key, held] of b.held) {
		effects.push(...tendMark(b, key, held, now));
	}
	return effects.concat(listenForBeats(b, now));
}

// --- in and out -----------------------------------------------------------------------------------------------------

function onLine(b, up, now) {
	if (up) {
		Object.assign(b, { upAt: now, everUp: true, settled: false });
		b.held.clear(); // the broker tells us again what it holds
		b.kiosks.forEach((k) => { k.confirmed = false; });
	} else if (b.upAt !== 0 || b.downAt === 0) {
		Object.assign(b, { upAt: 0, downAt: now });
		b.rows.forEach((row) => { row.taking = row.closing = 0; });
	}
	return [];
}

function onPress(b, press, now) {
	const row = b.rows.get(press.key);
	if (!row || b.upAt === 0) {
		return [];
	}
	if (press.kind === 'take' && !row.seen && !row.taking) {
		row.taking = now;
		return [publish(row, 'seen', 'seen')];
	}
	if (press.kind === 'done' && row.seen && !row.closed && !row.closing && now - row.seenAt > GUARD_MS) {
		row.closing = now;
		return [publish(row, 'closed', 'closed')];
	}
	return [];
}

const ON = {
	state: (b, m, now) => onState(b, m, now, m.retained),
	heartbeat: onHeartbeat,
	request: (b, m, now) => onRequest(b, m, now, m.retained),
	seen: onMark,
	closed: onMark,
	cancelled: onCancelled,
	unread: (b) => { b.unread++; return []; },
	up: (b, m, now) => onLine(b, true, now),
	down: (b, m, now) => onLine(b, false, now),
	tick: (b, m, now) => onTick(b, now),
	take: onPress,
	done: onPress,
	silence: (b) => { b.rows.forEach((row) => { row.silenced = true; }); return []; },
	dismiss: (b, m) => { b.notices = b.notices.filter((n) => n.n !== m.n); return []; },
};

/** One event, with its time in ms. Events are parsed messages ({kind, ..., retained}), presses ({kind: 'take' | 'done',
 * key}), {kind: 'up' | 'down' | 'tick' | 'silence' | 'unread'} and {kind: 'dismiss', n}. */
export function apply(b, event, now) {
	return ON[event.kind](b, event, now);
}

const TROUBLE = ['offline', 'silent', 'unknown', 'online'];

/** What the page shows: open requests, those nobody has seen first, then the most urgent, then the oldest. */
export function view(b, now) {
	const open = [...b.rows.values()].filter((row) => !row.closed)
		.sort((x, y) => x.seen - y.seen || WHEN.indexOf(x.when) - WHEN.indexOf(y.when) || x.order - y.order);
	const kiosks = [...b.kiosks.values()]
		.sort((x, y) => TROUBLE.indexOf(x.state) - TROUBLE.indexOf(y.state) || x.place.localeCompare(y.place));
	return {
		connected: b.upAt !== 0,
		everUp: b.everUp,
		downAt: b.downAt,
		requests: open.map((row) => ({ key: keyOf(row), place: row.place, how: row.how, when: row.when,
			language: row.language, phrase: row.phrase, plain: row.plain, again: row.again, seen: row.seen,
			busy: row.taking !== 0 || row.closing !== 0, minutes: Math.floor((now - row.since) / 60000), sure: row.sure })),
		unseen: open.filter((row) => !row.seen).length,
		ringing: open.some((row) => !row.seen && !row.silenced && row.alertAt === 0),
		kiosks: kiosks.map((k) => ({ key: k.segment, place: k.place, state: k.state, since: k.since, sure: k.sure })),
		notices: b.notices.map((n) => ({ ...n })),
		unread: b.unread,
	};
}
