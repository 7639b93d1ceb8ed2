// The page: a view of the board in, presses out. It decides nothing and keeps nothing.
import { attribute, make, newList, say } from './dom.js';
import { newCard } from './card.js';
import { WORDS, clockTime } from './words.js';

const SAID_MS = 8000; // long enough to be picked up

const byId = (id) => document.getElementById(id);

function newScreen(item, env) {
	const place = make('strong'), state = make('span'), more = make('span');
	const root = make('li', {}, make('span', { class: 'mark', 'aria-hidden': 'true' }),
		make('span', {}, make('bdi', {}, place), state, make('br'), more));
	return {
		root,
		update(k) {
			const { words, desk, connected: known } = env();
			const time = clockTime(k.since, desk);
			say(place, k.place);
			say(state, !known ? words.notKnown : `${words.state[k.state]}, ${k.sure ? words.since(time) : words.sinceOrBefore(time)}`);
			say(more, known && (k.state === 'offline' || k.state === 'silent') ? words.cannotAsk : '');
			attribute(root, 'class', !known ? 'unknown' : k.state === 'online' ? 'good' : 'bad');
		},
	};
}

function newNotice(item, env, press) {
	const text = make('p'), ok = make('button', { type: 'button' });
	ok.addEventListener('click', () => press('dismiss', item.n));
	return {
		root: make('li', {}, text, ok),
		update(notice) {
			const { words } = env();
			say(text, (notice.expired ? words.expired : words.cancelled)(notice.place));
			say(ok, words.ok);
		},
	};
}

/** press(kind, what) is called for everything a person does. */
export function newPage(press) {
	let words = WORDS.en, desk = 'en', connected = false, forget = 0;
	const env = () => ({ words, desk, connected });
	const requests = newList(byId('requests'), (item) => newCard(item, env, press));
	const screens = newList(byId('screens'), (item) => newScreen(item, env));
	const notices = newList(byId('notices'), (item) => newNotice(item, env, press));
	const dialog = byId('sign-in');

	for (const kind of ['silence', 'sound', 'language', 'try-out']) {
		byId(kind).addEventListener('click', () => press(kind));
	}
	byId('remember').addEventListener('change', (e) => press('remember', e.target.checked));
	dialog.addEventListener('cancel', (e) => e.preventDefault());
	dialog.querySelector('form').addEventListener('submit', () => {
		press('sign-in', { user: byId('user').value, password: byId('password').value, keep: byId('keep').checked });
		byId('password').value = '';
	});

	function showLine(v, problem) {
		const lost = v.downAt ? words.lost(clockTime(v.downAt, desk)) : words.never;
		say(byId('line-text'), v.connected ? words.connected : v.everUp || problem || v.downAt ? words.never : words.connecting);
		attribute(byId('line'), 'class', v.connected ? 'pill good' : 'pill');
		byId('trouble').hidden = v.connected || (!v.everUp && !problem && !v.downAt);
		say(byId('trouble-head'), lost);
		say(byId('trouble-more'), problem ? words[problem] : words.lostMore);
		attribute(document.body, 'class', v.connected ? '' : 'stale');
	}

	return {
		setLanguage(lang) {
			words = WORDS[lang];
			desk = lang;
			document.documentElement.lang = lang;
			for (const node of document.querySelectorAll('[data-word]')) {
				say(node, words[node.dataset.word]);
			}
			const other = lang === 'en' ? 'es' : 'en';
			say(byId('language'), WORDS[other].name);
			attribute(byId('language'), 'lang', other);
		},
		show(v, { problem, sound, awake, remember }) {
			connected = v.connected;
			showLine(v, problem);
			const n = v.requests.length;
			say(byId('asking'), v.unseen ? words.asking(v.unseen) : n ? words.allTaken : words.nobody);
			document.title = v.unseen ? words.titleCount(v.unseen) : words.title;
			byId('quiet').hidden = n > 0;
			const focusLost = requests(v.requests);
			screens(v.kiosks);
			byId('no-screens').hidden = v.kiosks.length > 0;
			notices(v.notices.map((notice) => ({ ...notice, key: notice.n })));
			byId('silence').hidden = !v.ringing || sound !== 'on';
			say(byId('sound'), { on: words.soundOn, off: words.soundOff, blocked: words.soundBlocked }[sound]);
			attribute(byId('sound'), 'class', sound === 'blocked' ? 'strong' : 'plain');
			say(byId('awake'), awake ? words.awake : words.asleep);
			say(byId('unread'), v.unread ? words.unread(v.unread) : '');
			byId('remember').checked = remember;
			if (focusLost) { // the card a person was on is gone: go on from the heading, not from the top of the page
				attribute(byId('asking'), 'tabindex', '-1');
				byId('asking').focus({ preventScroll: true });
			}
		},
		/** To a screen reader. It does not stay: what is said names places and phrases. */
		say(text) {
			byId('said').textContent = text;
			clearTimeout(forget);
			forget = setTimeout(() => { byId('said').textContent = ''; }, SAID_MS);
		},
		askSignIn(refused) {
			say(byId('sign-in-more'), refused ? words.refused : words.signInMore);
			if (!dialog.open) {
				dialog.showModal();
			}
		},
		words: () => words,
	};
}
