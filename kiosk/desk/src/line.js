// The line to the broker: MQTT over a WebSocket, 5 or (if the broker does not know it) 3.1.1. The only owner of `mqtt`.
// It connects again by itself for ever, and hands on bytes without looking into them. While
// there is no connection send() does nothing and says so; what was on its way when the connection broke goes out again.
import mqtt from 'mqtt';
import { SUBSCRIPTIONS } from './contract.js';

const KEEPALIVE_S = 10; // a line that is dead without saying so is noticed within 15 s
const CONNECT_MS = 5000, RETRY_MS = 2000;
const PACKET_BYTES = 8192; // no message of the contract comes near
const EXPIRY_S = 3600; // of what we leave retained
const REFUSED = { version: [1, 132], user: [4, 5, 134, 135] };

/** Where the broker is: what the page's own `alcove-broker` line says, or else where the page came from. */
export function brokerAddress(said, location) {
	if (said) {
		return said;
	}
	return /^https?:$/.test(location.protocol) ? `${location.protocol.replace('http', 'ws')}//${location.host}/mqtt` : '';
}

/** True for TLS, and for this machine itself. */
export function isPrivate(address) {
	const url = new URL(address);
	return url.protocol === 'wss:' || /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
}

/** on: {up(), down(), message(topic, bytes, retained), refused()}. Returns {send, wake, end}. */
export function openLine(address, { user, password }, on, version = 5) {
	let inner = null, isUp = false, given = false; // given: another one, or nobody, goes on
	const client = mqtt.connect(address, {
		protocolVersion: version,
		clientId: `alcove-desk-${crypto.getRandomValues(new Uint32Array(2)).join('-')}`,
		clean: true,
		username: user || undefined,
		password: user ? password : undefined,
		keepalive: KEEPALIVE_S,
		connectTimeout: CONNECT_MS,
		reconnectPeriod: RETRY_MS,
		reconnectOnConnackError: true,
		resubscribe: false,
		properties: version === 5 ? { sessionExpiryInterval: 0, maximumPacketSize: PACKET_BYTES } : undefined,
	});
	const down = () => {
		if (isUp) {
			isUp = false;
			on.down();
		}
	};
	const instead = (next) => {
		given = true;
		client.end(true);
		next();
	};
	client.on('connect', () => client.subscribe(SUBSCRIPTIONS, { qos: 1 }, (error, granted) => {
		if (given) {
			return;
		}
		if (!error && granted.every((g) => g.qos < 3)) {
			isUp = true;
			on.up();
		} else {
			client.reconnect();
		}
	}));
	client.on('message', (topic, payload, packet) => given || on.message(topic, payload, packet.retain));
	client.on('close', down);
	client.on('error', (error) => {
		if (given) {
			return;
		}
		if (version === 5 && REFUSED.version.includes(error.code)) {
			instead(() => { inner = openLine(address, { user, password }, on, 4); });
		} else if (REFUSED.user.includes(error.code)) {
			down();
			instead(on.refused);
		}
	});
	return {
		send(topic, payload) {
			if (inner) {
				return inner.send(topic, payload);
			}
			if (!client.connected) {
				return false;
			}
			const properties = version === 5 && payload !== '' ? { messageExpiryInterval: EXPIRY_S } : undefined;
			client.publish(topic, payload, { qos: 1, retain: true, properties });
			return true;
		},
		/** The network may be back: do not wait for the next attempt. */
		wake() {
			if (inner) {
				inner.wake();
			} else if (!client.connected && !client.disconnecting) {
				client.reconnect();
			}
		},
		end() {
			inner?.end();
			client.end(true);
		},
	};
}
