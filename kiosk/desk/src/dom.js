// Small things for building and changing the page. Text goes in as text only; nothing here can make markup of it.

export function make(tag, attributes = {}, ...children) {
	const node = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes)) {
		node.setAttribute(name, value);
	}
	node.append(...children);
	return node;
}

/** Changes only what differs, so that a screen reader and the layout are left alone. */
export function say(node, text) {
	if (node.textContent !== text) {
		node.textContent = text;
	}
}

export function attribute(node, name, value) {
	if (value === null || value === false) {
		node.removeAttribute(name);
	} else if (node.getAttribute(name) !== String(value)) {
		node.setAttribute(name, value);
	}
}

/** Keeps `list`'s children in step with `items`: one node for each key, made once, moved only when out of place. */
export function newList(list, build) {
	const nodes = new Map();
	return (items) => {
		const focused = list.contains(document.activeElement) ? document.activeElement : null;
		const keys = new Set(items.map((item) => item.key));
		for (const [key, row] of nodes) {
			if (!keys.has(key)) {
				row.root.remove();
				row.root.replaceChildren(); // the browser may hold what was pressed last, and through it all the words
				nodes.delete(key);
			}
		}
		let at = list.firstElementChild;
		for (const item of items) {
			let row = nodes.get(item.key);
			if (!row) {
				row = build(item);
				nodes.set(item.key, row);
			}
			row.update(item);
			if (row.root === at) {
				at = at.nextElementSibling;
			} else {
				list.insertBefore(row.root, at);
			}
		}
		if (focused?.isConnected && document.activeElement !== focused) {
			focused.focus({ preventScroll: true });
		}
		return focused !== null && !focused.isConnected;
	};
}
