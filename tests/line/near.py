"""A kiosk, a broker and a desk on one machine: broken at each step of a request."""
import time

from parts import HEAD, SETTLE_S, Site, Wrong, nothing_left, until


def named(name, function):
    function.__name__ = name
    return function


def exactly(desk, ident, agains):
    time.sleep(0.3)  # for what should not come
    if desk.alerts.get(ident) != agains or len(desk.alerts) != 1:
        raise Wrong(f"alerts: {desk.alerts}, not {agains} of one request")


# --- faults: all of them end with everything running ------------------------------------------------------------------

def broker_killed(site, kiosk):
    site.broker.kill()
    time.sleep(0.5)
    site.broker.start()


def broker_stopped(site, kiosk):
    site.broker.stop()
    time.sleep(2)
    site.broker.go_on()


def host_killed(site, kiosk):
    kiosk.restart()


def both_killed_host_first(site, kiosk):
    kiosk.kill()
    site.broker.kill()
    kiosk.start()
    time.sleep(0.5)
    site.broker.start()


def both_killed_broker_first(site, kiosk):
    site.broker.kill()
    kiosk.kill()
    site.broker.start()
    kiosk.start()


FAULTS = [broker_killed, broker_stopped, host_killed, both_killed_host_first, both_killed_broker_first]


def visit_survives(fault):
    return fault in (broker_killed, broker_stopped)


def begin(step):
    """A site in which one request has come as far as this."""
    site = Site()
    try:
        site.broker.start()
        desk = site.desk()
        kiosk = site.kiosk()
        desk.wait("the kiosk is there", HEAD + "state", b"online")
        kiosk.ask()
        kiosk.shows("Your request is at the desk")
        ident = desk.first()
        if step == "seen":
            desk.say(ident, "seen")
            kiosk.shows("Staff have seen it")
        return site, desk, kiosk, ident
    except BaseException:
        site.__exit__()
        raise


def broken_when_sent(fault):
    def test():
        site, desk, kiosk, ident = begin("sent")
        with site:
            fault(site, kiosk)
            until("the broker does not hold it again", lambda: desk.topic(ident) in desk.held, 15)
            desk.wait("open is told", HEAD + "open", b"1", 15)
            exactly(desk, ident, [0])
            desk.say(ident, "seen")
            if visit_survives(fault):
                kiosk.shows("Staff have seen it", 15)
            desk.say(ident, "closed")
            if visit_survives(fault):
                kiosk.shows("Staff have finished with your request", 15)
            nothing_left(site, desk)
            desk.wait("open is told", HEAD + "open", b"0")
            exactly(desk, ident, [0])
    return named(f"sent_then_{fault.__name__}", test)


def broken_when_seen(fault):
    def test():
        site, desk, kiosk, ident = begin("seen")
        with site:
            fault(site, kiosk)
            until("the broker does not hold it again", lambda: desk.topic(ident) in desk.held, 15)
            until("the broker does not hold that it is seen",
                  lambda: desk.settle() or desk.topic(ident, "/seen") in desk.held, 15)
            exactly(desk, ident, [0])  # no alert for what somebody has seen
            # A desk that opens only now learns that it is seen, and does not alert.
            late = site.desk()
            time.sleep(0.5)
            if late.topic(ident, "/seen") not in late.held:
                raise Wrong("a desk that comes later is not told that it is seen")
            if visit_survives(fault):
                kiosk.shows("Staff have seen it", 1)
            desk.say(ident, "closed")
            if visit_survives(fault):
                kiosk.shows("Staff have finished with your request", 15)
            nothing_left(site, desk)
            exactly(desk, ident, [0])
    return named(f"seen_then_{fault.__name__}", test)


def broken_while_closing(fault):
    def test():
        site, desk, kiosk, ident = begin("seen")
        with site:
            # The fault comes first and the press of Done falls into it, or right behind it.
            desk.say(ident, "closed")
            fault(site, kiosk)
            if visit_survives(fault):
                kiosk.shows("Staff have finished with your request", 15)
            nothing_left(site, desk, 20)
            desk.wait("open is told", HEAD + "open", b"0")
            exactly(desk, ident, [0])
    return named(f"closing_then_{fault.__name__}", test)


def broken_while_cancelling(fault):
    def test():
        site, desk, kiosk, ident = begin("sent")
        with site:
            kiosk.taps("cancel")
            fault(site, kiosk)
            if visit_survives(fault):
                kiosk.shows("Your request was taken back", 1)
            nothing_left(site, desk, 20)
            exactly(desk, ident, [0])
            until("it still stands at the desk", lambda: not desk.shows(ident), SETTLE_S + 5)
    return named(f"cancelled_then_{fault.__name__}", test)


# --- sending ----------------------------------------------------------------------------------------------------------

def a_request_from_end_to_end():
    site, desk, kiosk, ident = begin("sent")
    with site:
        want = {"id": ident, "place": "Quiet room", "how": "come", "when": "now", "language": "en"}
        if desk.requests[ident] != want:
            raise Wrong(f"the request is {desk.requests[ident]}")
        desk.say(ident, "seen")
        kiosk.shows("Staff have seen it")
        desk.say(ident, "closed")
        kiosk.shows("Staff have finished with your request")
        nothing_left(site, desk)
        # Emptied in the order that cannot bring it back.
        emptied = [t[len(HEAD) + 40:] for t, p, _ in desk.all if not p and ident in t]
        if emptied != ["", "/seen", "/closed"]:
            raise Wrong(f"emptied in this order: {emptied}")
        if set(site.retained()) != {HEAD + "state", HEAD + "open"}:
            raise Wrong(f"the broker holds {site.retained()}")


def without_a_broker_it_is_said_and_never_sent():
    with Site() as site:
        kiosk = site.kiosk()
        kiosk.ask()
        began = time.monotonic()
        kiosk.shows("Staff cannot be reached from here", 7)
        took = time.monotonic() - began
        if not 4.5 < took < 6:
            raise Wrong(f"it was said after {took:.1f} s")
        kiosk.say("expect text go to the desk")
        kiosk.say("expect choice numbers")
        site.broker.start()
        desk = site.desk()
        desk.wait("the kiosk is there", HEAD + "state", b"online", 15)
        time.sleep(1.5)
        if desk.requests or desk.over:
            raise Wrong("what was unreachable was sent later")
        kiosk.taps("try-again", "how:come", "when:now", "speak:en", "send")
        kiosk.shows("Your request is at the desk")
        exactly(desk, desk.first(), [0])


def a_broker_that_hangs_gets_nothing_that_stays():
    with Site() as site:
        site.broker.start()
        desk = site.desk()
        kiosk = site.kiosk()
        desk.wait("the kiosk is there", HEAD + "state", b"online")
        site.broker.stop()
        kiosk.ask()
        kiosk.shows("Staff cannot be reached from here", 7)
        site.broker.go_on()
        # It was in the broker's socket: the desk may see it for a moment, and then that it is over.
        until("the desk is not told that it is over", lambda: desk.over, 15)
        nothing_left(site, desk)
        if any(len(a) > 1 for a in desk.alerts.values()):
            raise Wrong(f"alerts: {desk.alerts}")
        kiosk.say("expect text Staff cannot be reached from here")


def a_broker_that_comes_back_in_time_gets_it_once():
    for _ in range(5):
        with Site() as site:
            kiosk = site.kiosk()
            began = time.monotonic()
            kiosk.ask()
            time.sleep(2)
            site.broker.start()
            if time.monotonic() - began > 3.5:
                continue  # the machine is busy, and that was not in time
            desk = site.desk()
            kiosk.shows("Your request is at the desk", 7)
            exactly(desk, desk.first(), [0])
            return
    raise Wrong("the broker was never there in time")


def a_host_killed_while_sending_sends_it_once():
    with Site() as site:
        kiosk = site.kiosk()
        kiosk.ask()
        kiosk.say("expect text Your request is on its way")
        kiosk.restart()
        time.sleep(6)  # nobody was told anything, so it is still to be sent
        site.broker.start()
        desk = site.desk()
        exactly(desk, desk.first(20), [0])
        kiosk.restart()
        time.sleep(1)
        exactly(desk, desk.first(), [0])


def a_host_killed_after_unreachable_does_not_send_it():
    with Site() as site:
        site.broker.start()
        desk = site.desk()
        kiosk = site.kiosk()
        desk.wait("the kiosk is there", HEAD + "state", b"online")
        site.broker.stop()
        kiosk.ask()
        kiosk.shows("Staff cannot be reached from here", 7)
        kiosk.kill()
        site.broker.kill()
        site.broker.start()
        kiosk.start()
        desk.wait("the kiosk is there", HEAD + "state", b"online", 15)
        time.sleep(1)
        nothing_left(site, desk)
        if desk.alerts:
            raise Wrong(f"alerts: {desk.alerts}")


# --- what the person sees ---------------------------------------------------------------------------------------------

def a_line_that_stays_down_is_said():
    site, desk, kiosk, ident = begin("sent")
    with site:
        site.broker.kill()
        kiosk.shows("The line to the desk is broken", 10)
        kiosk.say("expect choice numbers")
        kiosk.say("expect choice cancel")
        site.broker.start()
        kiosk.shows("Your request is at the desk", 10)
        exactly(desk, ident, [0])


def a_line_that_hangs_is_said():
    """The broker stands still and says nothing: found out by the next message that it does not confirm."""
    site, desk, kiosk, ident = begin("sent")
    with site:
        site.broker.stop()
        kiosk.taps("cancel")
        kiosk.taps("keep")
        time.sleep(7)
        site.broker.go_on()
        nothing_left(site, desk, 20)


def three_are_open_and_the_fourth_is_not_sent():
    with Site() as site:
        site.broker.start()
        desk = site.desk()
        kiosk = site.kiosk()
        for number in (1, 2, 3):
            kiosk.ask()
            kiosk.shows("Your request is at the desk")
            desk.first(number=number)
            kiosk.taps("hide")
        desk.wait("open is told", HEAD + "open", b"3")
        kiosk.ask()
        kiosk.shows("Your request was not sent")
        kiosk.say("expect text Three requests from this screen are still open")
        if len(desk.alerts) != 3:
            raise Wrong(f"alerts: {desk.alerts}")
        desk.say(desk.first(), "closed")
        desk.wait("open is told", HEAD + "open", b"2")
        kiosk.taps("try-again", "how:desk", "when:soon", "speak:ar", "send")
        kiosk.shows("Your request is at the desk")
        for ident in list(desk.alerts):
            desk.say(ident, "closed")
        nothing_left(site, desk)


def a_request_outlives_its_visit_and_nobody_else_is_told():
    site, desk, kiosk, ident = begin("sent")
    with site:
        kiosk.taps("hide")
        kiosk.say("expect first-frame")
        desk.say(ident, "seen")
        kiosk.taps("begin", "lang:en", "talk")
        kiosk.say("expect screen talk-how")
        kiosk.say("expect no text Staff have seen it")
        if desk.topic(ident) not in site.retained():
            raise Wrong("the request went with the visit")
        desk.say(ident, "closed")
        nothing_left(site, desk)


def nobody_sees_it_and_staff_are_asked_again():
    """Three minutes are two seconds."""
    with Site() as site:
        site.broker.start()
        desk = site.desk()
        kiosk = site.kiosk(hurry=90)
        desk.wait("the kiosk is there", HEAD + "state", b"online", 20)
        kiosk.ask()
        kiosk.shows("Staff were asked again", 8)
        ident = desk.first()
        until("no second alert", lambda: desk.alerts[ident][:2] == [0, 1])
        desk.say(ident, "seen")
        kiosk.shows("Staff have seen it")
        count = len(desk.alerts[ident])
        time.sleep(5)
        if len(desk.alerts[ident]) > count:
            raise Wrong("asked again about what was seen")


def after_its_hour_it_is_gone():
    """An hour is five seconds."""
    with Site() as site:
        site.broker.start()
        desk = site.desk()
        kiosk = site.kiosk(hurry=720)
        desk.wait("the kiosk is there", HEAD + "state", b"online", 20)
        kiosk.ask()
        kiosk.shows("Your request has ended", 12)
        ident = desk.first()
        nothing_left(site, desk)
        if ("/cancelled", b"expired") not in [(t[len(HEAD) + 40:], p) for t, p, _ in desk.all if ident in t]:
            raise Wrong("the desk was not told that it expired")


def without_a_line_nothing_is_offered():
    with Site() as site:
        kiosk = site.kiosk(broker_host="")
        kiosk.say("tap begin")
        kiosk.taps("lang:en", "talk")
        kiosk.say("expect text At the desk you can say")
        for choice in ("how:come", "how:desk", "how:other", "send"):
            kiosk.say("expect no choice " + choice)


def quick():
    return [a_request_from_end_to_end, without_a_broker_it_is_said_and_never_sent,
            a_broker_that_hangs_gets_nothing_that_stays, a_broker_that_comes_back_in_time_gets_it_once,
            a_host_killed_while_sending_sends_it_once, without_a_line_nothing_is_offered,
            broken_when_sent(both_killed_host_first), broken_when_seen(both_killed_broker_first),
            broken_while_closing(broker_killed), broken_while_cancelling(host_killed)]


def slow():
    fast = {t.__name__ for t in quick()}
    every = [make(fault) for make in (broken_when_sent, broken_when_seen, broken_while_closing, broken_while_cancelling)
             for fault in FAULTS]
    return [t for t in every if t.__name__ not in fast] + [
        a_host_killed_after_unreachable_does_not_send_it, a_line_that_stays_down_is_said, a_line_that_hangs_is_said,
        three_are_open_and_the_fourth_is_not_sent, a_request_outlives_its_visit_and_nobody_else_is_told,
        nobody_sees_it_and_staff_are_asked_again, after_its_hour_it_is_gone]
