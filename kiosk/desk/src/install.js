// Makes the page installable as a home-screen app without a second file: the manifest is a data: address. It has to be
// made here because its start address must be a whole one.

const ICON = (size) => 'data:image/svg+xml,' + encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" width="${size}"
 height="${size}" viewBox="0 0 24 24"><rect width="24" height="24" rx="5" fill="#0B4747"/><path d="M7 18V10.5a5 5 0 0 1
 10 0V18M5 18h14" fill="none" stroke="#fff" stroke-width="1.8" stroke-linecap="round"/></svg>`.replace(/\n/g, ''));

function link(rel, href) {
	const node = document.createElement('link');
	Object.assign(node, { rel, href });
	document.head.append(node);
	return node;
}

/** Returns a function that gives the manifest in another language. */
export function offerInstall() {
	link('icon', ICON(64));
	const node = link('manifest', 'data:application/manifest+json,{}');
	return (name, lang) => {
		const start = location.href.split('#')[0];
		node.href = 'data:application/manifest+json,' + encodeURIComponent(JSON.stringify({
			name: `Alcove · ${name}`, short_name: name, lang, start_url: start, scope: new URL('.', start).href,
			id: start, display: 'standalone', background_color: '#F7F4EE', theme_color: '#F7F4EE',
			icons: [192, 512].map((size) => ({ src: ICON(size), sizes: `${size}x${size}`, type: 'image/svg+xml' })),
		}));
	};
}
