// Every word of the page, in the desk's languages. Plain text only.

/** With an end: a phrase of the house has its own. */
const sentence = (text) => (/[.!?…]$/.test(text) ? text : `${text}.`);

const EN = {
	name: 'English',
	title: 'Desk',
	asking: (n) => (n === 1 ? '1 request is waiting' : `${n} requests are waiting`),
	allTaken: 'Somebody is on every request',
	nobody: 'Nobody is asking right now',
	nobodyMore: 'A request shows here as soon as it is made.',
	titleCount: (n) => `(${n}) Desk`,
	how: { come: 'Go to them and say hello', desk: 'They will come to the desk', other: 'Go to them and say:' },
	when: { now: 'Now', soon: 'In about 15 minutes', later: 'Later today' },
	speaks: (language) => `Speaks ${language}`,
	here: (n, sure) => {
		const time = n === 1 ? '1 minute' : `${n} minutes`;
		return n === 0 ? (sure ? 'Just now' : '') : `${sure ? 'Here for' : 'Here for at least'} ${time}`;
	},
	again: 'Asked again: nobody had seen it',
	take: 'I’m on it',
	taken: 'Somebody is on it',
	takeOf: (place) => `I’m on it: ${place}`,
	doneOf: (place) => `Done: ${place}`,
	done: 'Done',
	busy: 'Telling the screen …',
	newRequest: (place, how, when) => `New request. ${place}. ${sentence(how)} ${when}.`,
	wasTaken: (place) => `${place}: somebody is on it.`,
	wasClosed: (place) => `${place}: the request is over.`,
	cancelled: (place) => `${place}: the request was taken back. Nobody needs to come.`,
	expired: (place) => `${place}: nobody was done with this request within an hour. It has ended.`,
	ok: 'OK',
	screens: 'Screens',
	noScreens: 'No screen has reported yet.',
	state: { online: 'Working', offline: 'Not connected', silent: 'Not answering', unknown: 'Not heard yet' },
	notKnown: 'Not known while this page is not connected',
	cannotAsk: 'Requests cannot reach you from there. Please look in.',
	since: (time) => `since ${time}`,
	sinceOrBefore: (time) => `since ${time} or earlier`,
	connected: 'Connected',
	connecting: 'Connecting …',
	lost: (time) => `Not connected since ${time}`,
	lostMore: 'New requests do not show here. This page keeps trying. Please look at the screens yourself.',
	never: 'Not connected',
	refused: 'The broker did not accept this user and password.',
	plain: 'This address is not private, so this page will not connect. Use the address that begins with https.',
	nowhere: 'This page does not know its broker. Open it from the broker’s own address.',
	lostSaid: 'The line to the screens is lost.',
	backSaid: 'Connected again.',
	lineSaid: (place) => `${place} is not connected.`,
	silence: 'Silence',
	silenced: 'Silenced. The request stays until somebody is on it.',
	soundOn: 'Sound is on',
	soundOff: 'Sound is off',
	soundBlocked: 'Turn sound on',
	tryOut: 'Hear it',
	awake: 'The screen stays on',
	asleep: 'The screen may go dark',
	options: 'This device',
	remember: 'Remember language and sound on this device',
	rememberMore: 'Nothing else is ever kept.',
	unread: (n) => `Messages that were not in order and were left out: ${n}`,
	signIn: 'Sign in to the desk',
	signInMore: 'Ask whoever set up Alcove for the user and the password.',
	user: 'User',
	password: 'Password',
	keep: 'Keep until this tab is closed',
	go: 'Sign in',
};

const ES = {
	name: 'Español',
	title: 'Recepción',
	asking: (n) => (n === 1 ? '1 solicitud espera' : `${n} solicitudes esperan`),
	allTaken: 'Todas las solicitudes están atendidas',
	nobody: 'Nadie llama ahora',
	nobodyMore: 'Las solicitudes aparecen aquí en cuanto se hacen.',
	titleCount: (n) => `(${n}) Recepción`,
	how: { come: 'Vaya y salude', desk: 'Vendrá a la recepción', other: 'Vaya y diga:' },
	when: { now: 'Ahora', soon: 'En unos 15 minutos', later: 'Hoy, más tarde' },
	speaks: (language) => `Habla ${language}`,
	here: (n, sure) => {
		const time = n === 1 ? '1 minuto' : `${n} minutos`;
		return n === 0 ? (sure ? 'Ahora mismo' : '') : `${sure ? 'Desde hace' : 'Desde hace al menos'} ${time}`;
	},
	again: 'Lo pide otra vez: nadie lo había visto',
	take: 'Yo voy',
	taken: 'Alguien va',
	takeOf: (place) => `Yo voy: ${place}`,
	doneOf: (place) => `Listo: ${place}`,
	done: 'Listo',
	busy: 'Avisando a la pantalla …',
	newRequest: (place, how, when) => `Solicitud nueva. ${place}. ${sentence(how)} ${when}.`,
	wasTaken: (place) => `${place}: alguien va.`,
	wasClosed: (place) => `${place}: la solicitud terminó.`,
	cancelled: (place) => `${place}: la solicitud se retiró. No hace falta ir.`,
	expired: (place) => `${place}: nadie terminó esta solicitud en una hora. Se ha cerrado.`,
	ok: 'De acuerdo',
	screens: 'Pantallas',
	noScreens: 'Ninguna pantalla se ha conectado todavía.',
	state: { online: 'Funciona', offline: 'Sin conexión', silent: 'No responde', unknown: 'Sin noticias todavía' },
	notKnown: 'No se sabe mientras esta página no tiene conexión',
	cannotAsk: 'Las solicitudes de allí no le llegan. Por favor, vaya a ver.',
	since: (time) => `desde las ${time}`,
	sinceOrBefore: (time) => `desde las ${time} o antes`,
	connected: 'Con conexión',
	connecting: 'Conectando …',
	lost: (time) => `Sin conexión desde las ${time}`,
	lostMore: 'Las solicitudes nuevas no aparecen aquí. Esta página sigue intentándolo. Por favor, vaya a ver las pantallas.',
	never: 'Sin conexión',
	refused: 'El servidor no aceptó este usuario y esta contraseña.',
	plain: 'Esta dirección no es privada y la página no se conectará. Use la dirección que empieza con https.',
	nowhere: 'Esta página no conoce su servidor. Ábrala desde la dirección del servidor.',
	lostSaid: 'Se perdió la conexión con las pantallas.',
	backSaid: 'Hay conexión de nuevo.',
	lineSaid: (place) => `${place} no tiene conexión.`,
	silence: 'Silenciar',
	silenced: 'Silenciado. La solicitud sigue aquí hasta que alguien vaya.',
	soundOn: 'Con sonido',
	soundOff: 'Sin sonido',
	soundBlocked: 'Activar el sonido',
	tryOut: 'Escuchar',
	awake: 'La pantalla queda encendida',
	asleep: 'La pantalla puede apagarse',
	options: 'Este dispositivo',
	remember: 'Recordar el idioma y el sonido en este dispositivo',
	rememberMore: 'No se guarda nada más.',
	unread: (n) => `Mensajes incorrectos que se dejaron fuera: ${n}`,
	signIn: 'Entrar a la recepción',
	signInMore: 'Pida el usuario y la contraseña a quien instaló Alcove.',
	user: 'Usuario',
	password: 'Contraseña',
	keep: 'Guardar hasta cerrar esta pestaña',
	go: 'Entrar',
};

export const WORDS = { en: EN, es: ES };

export function pickLanguage(wishes) {
	return wishes.map((tag) => String(tag).slice(0, 2).toLowerCase()).find((tag) => Object.hasOwn(WORDS, tag)) ?? 'en';
}

// What Intl builds is costly, and every card asks for it whenever the page is drawn.
const built = new Map();
function once(key, build) {
	if (!built.has(key)) {
		built.set(key, build());
	}
	return built.get(key);
}

/** A language's name in the desk's language; its tag when that has no name here. */
export function languageName(tag, desk) {
	try {
		return once(`names ${desk}`, () => new Intl.DisplayNames([desk], { type: 'language' })).of(tag) ?? tag;
	} catch {
		return tag;
	}
}

export function clockTime(ms, desk) {
	return once(`time ${desk}`, () => new Intl.DateTimeFormat(desk, { hour: 'numeric', minute: '2-digit' })).format(new Date(ms));
}
