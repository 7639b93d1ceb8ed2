// Two soft tones, made here (no file to fetch): again and again while something rings, once for other news.
// It never sounds by itself before somebody has touched the page: browsers do not allow that, and `blocked` says so.

const EVERY_MS = 6000;

function tone(context, hertz, at, seconds) {
	const source = context.createOscillator(), level = context.createGain();
	source.type = 'sine';
	source.frequency.value = hertz;
	level.gain.setValueAtTime(0, at);
	level.gain.linearRampToValueAtTime(0.35, at + 0.03);
	level.gain.exponentialRampToValueAtTime(0.001, at + seconds);
	source.connect(level).connect(context.destination);
	source.start(at);
	source.stop(at + seconds);
}

export function newSound(onChange) {
	let context = null, timer = 0, ringing = false, on = true, count = 0;

	const ready = () => context?.state === 'running';
	function play(...hertz) {
		if (!on || !ready()) {
			return;
		}
		count++;
		hertz.forEach((h, i) => tone(context, h, context.currentTime + 0.02 + 0.28 * i, 1.2));
	}
	const ring = () => play(659, 880);
	function rearm() {
		clearInterval(timer);
		timer = ringing ? setInterval(ring, EVERY_MS) : 0;
		if (ringing) {
			ring();
		}
	}
	return {
		/** Call from a press or a key: only then a browser lets sound begin. */
		async unlock() {
			if (!ready()) {
				context ??= new AudioContext();
				await context.resume().catch(() => {});
				onChange();
				if (ringing) {
					rearm();
				}
			}
		},
		setOn(value) { on = value; },
		isOn: () => on,
		blocked: () => !ready(),
		/** `fresh`: something new rings, so begin at once even when already ringing. */
		ring(value, fresh) {
			if (value !== ringing || (value && fresh)) {
				ringing = value;
				rearm();
			}
		},
		once: () => play(523, 392),
		tryOut: ring,
		played: () => count,
	};
}
