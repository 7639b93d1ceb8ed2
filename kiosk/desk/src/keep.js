// The only thing that touches the browser's storage. Without being asked to, it keeps nothing.
// Asked to remember: the page's language and whether sound is on. Asked to keep the sign-in: that, in this tab.

const CHOICES = 'alcove-desk', SIGN_IN = 'alcove-desk-user';

function read(storage, key) {
	try {
		const value = JSON.parse(storage().getItem(key) ?? 'null');
		return value !== null && typeof value === 'object' ? value : null;
	} catch {
		return null; // storage that is switched off, or something of another program
	}
}

function write(storage, key, value) {
	try {
		if (value === null) {
			storage().removeItem(key);
		} else {
			storage().setItem(key, JSON.stringify(value));
		}
	} catch {
		// Storage is full or switched off: then it is not remembered.
	}
}

export const choices = {
	load: () => read(() => localStorage, CHOICES),
	save: (value) => write(() => localStorage, CHOICES, value),
};
export const signIn = {
	load: () => read(() => sessionStorage, SIGN_IN),
	save: (value) => write(() => sessionStorage, SIGN_IN, value),
};
