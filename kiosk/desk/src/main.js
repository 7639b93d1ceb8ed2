// Joins the parts: line to board, board to page, presses back. All decisions are in the board.
import { parse } from './contract.js';
import { apply, newBoard, view } from './board.js';
import { brokerAddress, isPrivate, openLine } from './line.js';
import { newPage } from './page.js';
import { newSound } from './sound.js';
import { choices, signIn } from './keep.js';
import { pickLanguage } from './words.js';
import { stayAwake } from './awake.js';
import { offerInstall } from './install.js';

const TICK_MS = 1000;

const board = newBoard();
const kept = choices.load();
const device = { remember: kept !== null, language: pickLanguage([kept?.language, ...navigator.languages]), awake: false };
let line = null, problem = null, signedIn = signIn.load(), drawing = false;

const sound = newSound(draw);
const page = newPage(press);
const manifest = offerInstall();
sound.setOn(kept?.sound !== false);

function draw() {
	if (!drawing) {
		drawing = true;
		// A page in the background is drawn too: its title and its sound are what calls staff back to it.
		(document.hidden ? (f) => setTimeout(f, 50) : requestAnimationFrame)(drawNow);
	}
}

function drawNow() {
	drawing = false;
	const v = view(board, Date.now());
	page.show(v, { problem, awake: device.awake, remember: device.remember,
		sound: !sound.isOn() ? 'off' : sound.blocked() ? 'blocked' : 'on' });
	sound.ring(v.ringing, false);
}

const perform = {
	publish: ({ topic, payload }) => line?.send(topic, payload),
	alert: ({ row }) => {
		const words = page.words();
		page.say(words.newRequest(row.place, `${words.how[row.how]} ${row.plain || row.phrase}`.trim(), words.when[row.when]));
		sound.ring(true, true);
	},
	taken: ({ place }) => page.say(page.words().wasTaken(place)),
	over: ({ place }) => page.say(page.words().wasClosed(place)),
	cancelled: ({ place }) => page.say(page.words().cancelled(place)),
	expired: ({ place }) => page.say(page.words().expired(place)),
	line: ({ place }) => {
		page.say(page.words().lineSaid(place));
		sound.once();
	},
};

function happen(event) {
	apply(board, event, Date.now()).forEach((effect) => perform[effect.do](effect));
	draw();
}

// --- the line -------------------------------------------------------------------------------------------------------

const heard = {
	up: () => {
		page.say(board.everUp ? page.words().backSaid : page.words().connected);
		problem = null;
		happen({ kind: 'up' });
	},
	down: () => {
		page.say(page.words().lostSaid);
		sound.once();
		happen({ kind: 'down' });
	},
	message: (topic, payload, retained) => {
		const m = parse(topic, payload);
		happen(m ? { ...m, retained } : { kind: 'unread' });
	},
	refused: () => {
		page.askSignIn(signedIn !== null);
		signedIn = null;
		signIn.save(null);
	},
};

function connect() {
	const address = brokerAddress(document.querySelector('meta[name=alcove-broker]').content.trim(), location);
	problem = address === '' ? 'nowhere' : isPrivate(address) ? null : 'plain';
	if (problem === null) {
		line?.end();
		line = openLine(address, signedIn ?? {}, heard);
	}
	draw();
}

// --- what people do -------------------------------------------------------------------------------------------------

function saveChoices() {
	choices.save(device.remember ? { language: device.language, sound: sound.isOn() } : null);
}

function setLanguage(language) {
	device.language = language;
	page.setLanguage(language);
	manifest(page.words().title, language);
}

const pressed = {
	take: (key) => happen({ kind: 'take', key }),
	done: (key) => happen({ kind: 'done', key }),
	dismiss: (n) => happen({ kind: 'dismiss', n }),
	silence: () => {
		happen({ kind: 'silence' });
		page.say(page.words().silenced);
	},
	sound: () => {
		sound.setOn(sound.blocked() || !sound.isOn()); // the press itself unlocks it, below
		saveChoices();
	},
	language: () => {
		setLanguage(device.language === 'en' ? 'es' : 'en');
		saveChoices();
	},
	'try-out': () => sound.tryOut(),
	remember: (value) => {
		device.remember = value;
		saveChoices();
	},
	'sign-in': ({ user, password, keep }) => {
		signedIn = { user, password };
		signIn.save(keep ? signedIn : null);
		connect();
	},
};

function press(kind, what) {
	pressed[kind](what);
	draw();
}

document.addEventListener('click', () => sound.isOn() && sound.unlock()); // after the button's own listener
for (const type of ['online', 'focus']) {
	window.addEventListener(type, () => line?.wake());
}
setInterval(() => happen({ kind: 'tick' }), TICK_MS);
stayAwake((on) => {
	device.awake = on;
	draw();
});
setLanguage(device.language);
connect();
