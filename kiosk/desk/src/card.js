// One open request on the page: where, how to come, when, which language, and the two buttons.
import { attribute, make, say } from './dom.js';
import { languageName } from './words.js';

function fact(list, name) {
	const node = make('li', { class: name });
	list.append(node);
	return node;
}

/** `env` gives the words and language there are now; press(kind, key) tells what was pressed. Only the key of the item
 * stays with the buttons. */
export function newCard({ key, when: urgency }, env, press) {
	const place = make('bdi'), how = make('span'), phrase = make('bdi', { dir: 'auto' });
	const quote = make('span', { class: 'phrase' }, '“', phrase, '”'); // marks of the desk's language, in its direction
	// The same phrase as staff read it: what was asked for must not depend on knowing the person's language.
	const plain = make('bdi', { dir: 'auto' }), meaning = make('p', { class: 'meaning' }, '“', plain, '”');
	const facts = make('ul', { class: 'facts' });
	const when = fact(facts, `when-${urgency}`), language = fact(facts, ''), again = fact(facts, 'plain');
	const here = fact(facts, 'plain');
	const state = make('p'), take = make('button', { type: 'button', class: 'strong' });
	const done = make('button', { type: 'button' });
	const root = make('li', { class: 'request' },
		make('div', {}, make('h3', {}, place), make('p', { class: 'how' }, how, ' ', quote), meaning, facts),
		make('div', { class: 'acts' }, state, take, done));

	take.addEventListener('click', () => press('take', key));
	done.addEventListener('click', () => press('done', key));

	function update(row) {
		const { words, desk, connected } = env();
		const off = connected && !row.busy ? null : 'true';
		say(place, row.place);
		say(how, words.how[row.how]);
		say(phrase, row.phrase);
		quote.hidden = !row.phrase;
		say(plain, row.plain);
		meaning.hidden = !row.plain;
		attribute(phrase, 'lang', row.phrase ? row.language : null);
		say(when, words.when[row.when]);
		say(language, words.speaks(languageName(row.language, desk)));
		say(again, words.again);
		again.hidden = row.again === 0 || row.seen;
		say(here, words.here(row.minutes, row.sure));
		here.hidden = here.textContent === '';
		attribute(root, 'class', row.seen ? 'request is-seen' : 'request');
		say(state, row.busy ? words.busy : words.taken);
		state.hidden = !row.busy && !row.seen;
		const moveFocus = row.seen && document.activeElement === take;
		for (const [button, word, label, shown] of [[take, words.take, words.takeOf, !row.seen],
			[done, words.done, words.doneOf, row.seen]]) {
			say(button, word);
			attribute(button, 'aria-label', label(row.place));
			attribute(button, 'aria-disabled', off);
			button.hidden = !shown;
		}
		if (moveFocus) {
			done.focus({ preventScroll: true });
		}
	}
	return { root, update };
}
