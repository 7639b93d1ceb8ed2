/* The interface's own words: each has an id that the .po sources carry as msgctxt, and an English text that they carry
 * as msgid. A library pack must have all of a client's in each of its languages. {0}, {1} are slots for values. */
#ifndef ALCOVE_VISIT_WORDS_H
#define ALCOVE_VISIT_WORDS_H

#include "visit/pure/staff_words.h"

/* X(constant, "id", "English") */
#define CLIENT_WORDS(X)                                                                                                \
	X(W_HIDE, "hide", "Hide this")                                                                                 \
	X(W_BACK, "back", "Back")                                                                                      \
	X(W_HOME, "home", "Home")                                                                                      \
	X(W_NEXT, "next", "Next")                                                                                      \
	X(W_DONE, "done", "Done")                                                                                      \
	X(W_SIZE, "size", "Text size")                                                                                 \
	X(W_LANGUAGE, "language", "Language")                                                                          \
	X(W_TALK, "talk", "Talk to staff")                                                                             \
	X(W_STAFF, "staff", "Staff")                                                                                   \
	X(W_NUMBERS, "numbers", "Numbers to call")                                                                     \
	X(W_ABOUT, "about", "About this screen")                                                                       \
	X(W_BOARD_TITLE, "board-title", "Good to know")                                                                \
	X(W_BOARD_LEAD, "board-lead", "House information")                                                             \
	X(W_BEGIN, "begin", "Touch to begin")                                                                          \
	X(W_LANGUAGE_TITLE, "language-title", "Choose your language")                                                  \
	X(W_LANGUAGE_LEAD, "language-lead", "You are in charge here. Nothing you look at is saved.")                   \
	X(W_CLEARED, "cleared", "The screen cleared itself. Nothing was kept.")                                        \
	X(W_NOT_REVIEWED, "not-reviewed", "Not checked by a speaker yet")                                              \
	X(W_MARK, "mark", "Not checked by a speaker yet")                                                              \
	X(W_MARK_SHORT, "mark-short", "Not checked yet")                                                               \
	X(W_HOME_TITLE, "home-title", "What would help right now?")                                                    \
	X(W_SAFE, "safe", "Staying safe")                                                                              \
	X(W_SAFE_SUB, "safe-sub", "Short pages of ideas. Go at your own pace.")                                        \
	X(W_NUMBERS_SUB, "numbers-sub", "People you can call for help.")                                               \
	X(W_TALK_SUB, "talk-sub", "Ask quietly. You choose how and when.")                                             \
	X(W_KEEPS_NOTHING, "keeps-nothing", "This screen keeps nothing. It clears itself when you walk away.")         \
	X(W_MODULES_TITLE, "modules-title", "Where are you right now?")                                                \
	X(W_MODULES_LEAD, "modules-lead", "Pick any. You can change your mind.")                                       \
	X(W_PAGES, "pages", "Pages: {0}")                                                                              \
	X(W_PAGE_OF, "page-of", "Page {0} of {1}")                                                                     \
	X(W_MODULE_END, "module-end", "What would you like now?")                                                      \
	X(W_MORE_PAGES, "more-pages", "Read something else")                                                           \
	X(W_CALL_TITLE, "call-title", "What happens when I call")                                                      \
	X(W_LANGUAGES, "languages", "Languages: {0}")                                                                  \
	X(W_OPEN, "open", "When you can call: {0}")                                                                    \
	X(W_TEXT_TO, "text-to", "Text: {0}")                                                                           \
	X(W_TTY, "tty", "TTY: {0}")                                                                                    \
	X(W_CHECKED, "checked", "Compared with its source on {0}. Nobody has called to test it.")                      \
	X(W_CALLED, "called", "Someone called to test it on {0}. It was right.")                                       \
	X(W_RESTING, "resting", "This number may be wrong, so it is not shown. Please try another one, or ask staff.") \
	X(W_LEARN, "learn", "Learn it by heart")                                                                       \
	X(W_HIDE_NAME, "hide-name", "Hide the name")                                                                   \
	X(W_SHOW_NAME, "show-name", "Show the name")                                                                   \
	X(W_LEARN_TITLE, "learn-title", "Fill in what is missing")                                                     \
	X(W_LEARN_LEAD, "learn-lead", "Three small steps. Skip any time. Nothing is saved.")                           \
	X(W_LEARN_STEP, "learn-step", "Step {0} of {1}")                                                               \
	X(W_LEARN_TRY, "learn-try", "Not that one. Try again, or touch Show.")                                         \
	X(W_LEARN_DONE, "learn-done", "You know it by heart.")                                                         \
	X(W_AGAIN, "again", "Once more")                                                                               \
	X(W_CLEAR, "clear", "Clear")                                                                                   \
	X(W_SHOW, "show", "Show")                                                                                      \
	X(W_HOW_TITLE, "how-title", "How should staff come to you?")                                                   \
	X(W_HOW_LEAD, "how-lead", "You do not need to say why. No name is sent.")                                      \
	X(W_HOW_COME, "how-come", "Come to me")                                                                        \
	X(W_HOW_COME_SUB, "how-come-sub", "Someone walks over and says hello.")                                        \
	X(W_HOW_DESK, "how-desk", "I will come to the desk")                                                           \
	X(W_HOW_DESK_SUB, "how-desk-sub", "They will expect you.")                                                     \
	X(W_HOW_OTHER, "how-other", "Ask me about something else")                                                     \
	X(W_HOW_OTHER_SUB, "how-other-sub", "They use a phrase that you pick.")                                        \
	X(W_PHRASE_TITLE, "phrase-title", "What should they say?")                                                     \
	X(W_WHEN_TITLE, "when-title", "When?")                                                                         \
	X(W_WHEN_NOW, "when-now", "Now")                                                                               \
	X(W_WHEN_SOON, "when-soon", "In about 15 minutes")                                                             \
	X(W_WHEN_LATER, "when-later", "Later today")                                                                   \
	X(W_SPEAK_TITLE, "speak-title", "Which language should they speak?")                                           \
	X(W_CHECK_TITLE, "check-title", "Is this right?")                                                              \
	X(W_CHECK_LEAD, "check-lead", "Only this is sent: how, when, which language, and where this screen is.")       \
	X(W_CHECK_PHRASE, "check-phrase",                                                                              \
	  "Only this is sent: how, the phrase, when, which language, and where this screen is.")                       \
	X(W_REPORT, "report",                                                                                          \
	  "Staff may have to report some things, such as a child in danger. You can ask them what, first.")            \
	X(W_SEND, "send", "Ask staff now")                                                                             \
	X(W_SENDING, "sending", "Sending")                                                                             \
	X(W_SENDING_SUB, "sending-sub", "Your request is on its way to the desk. It is not there yet.")                \
	X(W_SENT, "sent", "Your request is at the desk")                                                               \
	X(W_SENT_SUB, "sent-sub", "Nobody has answered it yet. Staff can see it there.")                               \
	X(W_SEEN, "seen", "Staff have seen it")                                                                        \
	X(W_THEY_SAY, "they-say", "They will say: {0}")                                                                \
	X(W_WALK_AWAY, "walk-away", "You can walk away now, or keep reading. This page will clear itself.")            \
	X(W_CLOSED, "closed", "Staff have finished with your request")                                                 \
	X(W_CLOSED_SUB, "closed-sub", "You can ask again any time.")                                                   \
	X(W_UNREACHABLE, "unreachable", "Staff cannot be reached from here")                                           \
	X(W_UNREACHABLE_SUB, "unreachable-sub",                                                                        \
	  "Nothing has reached staff, as far as this screen can tell. Please go to the desk, or call one of the "      \
	  "numbers.")                                                                                                  \
	X(W_ASKED_AGAIN, "asked-again", "Staff were asked again")                                                      \
	X(W_ASKED_AGAIN_SUB, "asked-again-sub",                                                                        \
	  "Nobody has answered yet, so this screen asked once more. You can also go to the desk.")                     \
	X(W_CUT, "cut", "The line to the desk is broken")                                                              \
	X(W_CUT_SUB, "cut-sub",                                                                                        \
	  "Staff may not see your request now. It goes there again when the line is back. You can also go to the "     \
	  "desk, or call one of the numbers.")                                                                         \
	X(W_EXPIRED, "expired", "Your request has ended")                                                              \
	X(W_EXPIRED_SUB, "expired-sub",                                                                                \
	  "An hour has passed, so it was taken back. You can ask again, or go to the desk.")                           \
	X(W_FULL, "full", "Your request was not sent")                                                                 \
	X(W_FULL_SUB, "full-sub",                                                                                      \
	  "Three requests from this screen are still open. Please go to the desk, or call one of the numbers.")        \
	X(W_NO_LINE, "no-line", "This screen cannot call staff. At the desk you can say: {0}")                         \
	X(W_NO_LINE_PLAIN, "no-line-plain", "This screen cannot call staff. You can ask at the desk.")                 \
	X(W_CANCEL, "cancel", "Cancel my request")                                                                     \
	X(W_CANCELLED, "cancelled", "Your request was taken back")                                                     \
	X(W_TRY_AGAIN, "try-again", "Try again")                                                                       \
	X(W_KEEP_READING, "keep-reading", "Keep reading")                                                              \
	X(W_ASK_DESK, "ask-desk", "Please go to the desk")                                                             \
	X(W_SIZE_TITLE, "size-title", "How large should words be?")                                                    \
	X(W_SIZE_1, "size-1", "Small")                                                                                 \
	X(W_SIZE_2, "size-2", "Medium")                                                                                \
	X(W_SIZE_3, "size-3", "Large")                                                                                 \
	X(W_SIZE_4, "size-4", "Very large")                                                                            \
	X(W_CONTRAST, "contrast", "Light on dark")                                                                     \
	X(W_CONTRAST_OFF, "contrast-off", "Dark on light")                                                             \
	X(W_ABOUT_KEEPS, "about-keeps",                                                                                \
	  "It keeps nothing. What you read and touch is gone when you leave. Nobody can look it up later, not even "   \
	  "staff.")                                                                                                    \
	X(W_ABOUT_CLEARS, "about-clears",                                                                              \
	  "It waits {0} seconds or more without a touch. Then it asks if you are still here. If nobody answers for "   \
	  "{1} seconds, it clears.")                                                                                   \
	X(W_ABOUT_HIDE, "about-hide", "Hide this clears the screen at once. It is always in the same place.")          \
	X(W_ABOUT_SENDS, "about-sends",                                                                                \
	  "If you ask for staff, the desk learns where this screen is, how to come, when, which language, and the "    \
	  "phrase if you pick one. No name, and not what you read.")                                                   \
	X(W_ABOUT_CANNOT, "about-cannot",                                                                              \
	  "It cannot stop a person in the room, or a camera, from seeing the screen. Look around first if that "       \
	  "matters to you.")                                                                                           \
	X(W_ABOUT_NOT_REVIEWED, "about-not-reviewed", "This language: not checked by a speaker yet")                   \
	X(W_STILL_TITLE, "still-title", "Still here?")                                                                 \
	X(W_STILL_SUB, "still-sub", "This screen will clear soon.")                                                    \
	X(W_CLEAR_NOW, "clear-now", "Clear it now")                                                                    \
	X(W_DATE, "date", "{1} {0}, {2}")                                                                              \
	X(W_MONTH_1, "month-1", "January")                                                                             \
	X(W_MONTH_2, "month-2", "February")                                                                            \
	X(W_MONTH_3, "month-3", "March")                                                                               \
	X(W_MONTH_4, "month-4", "April")                                                                               \
	X(W_MONTH_5, "month-5", "May")                                                                                 \
	X(W_MONTH_6, "month-6", "June")                                                                                \
	X(W_MONTH_7, "month-7", "July")                                                                                \
	X(W_MONTH_8, "month-8", "August")                                                                              \
	X(W_MONTH_9, "month-9", "September")                                                                           \
	X(W_MONTH_10, "month-10", "October")                                                                           \
	X(W_MONTH_11, "month-11", "November")                                                                          \
	X(W_MONTH_12, "month-12", "December")

#define WORDS(X) CLIENT_WORDS(X) STAFF_WORDS(X)
/* Where the words of staff mode begin. */
#define W_CLIENT_COUNT W_STAFF_LEAVE

enum word {
#define X(constant, id, english) constant,
	WORDS(X)
#undef X
	    W_COUNT
};

#endif
