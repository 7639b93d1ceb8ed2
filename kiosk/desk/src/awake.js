// Asks the browser to keep the screen on while the page is in front. Browsers grant that on https and on the machine
// itself, and may take it back.

export function stayAwake(onChange) {
	let lock = null;
	async function ask() {
		if (document.visibilityState !== 'visible' || lock || !navigator.wakeLock) {
			return;
		}
		try {
			lock = await navigator.wakeLock.request('screen');
			lock.addEventListener('release', () => {
				lock = null;
				onChange(false);
			});
			onChange(true);
		} catch {
			onChange(false); // low battery, or not allowed: said on the page
		}
	}
	document.addEventListener('visibilitychange', ask);
	document.addEventListener('pointerdown', ask);
	ask();
}
