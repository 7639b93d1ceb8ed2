/* The words of staff mode, as in words.h. A library need not have them in each of its languages: staff mode is offered in
 * those that have all of them. */
#ifndef ALCOVE_VISIT_STAFF_WORDS_H
#define ALCOVE_VISIT_STAFF_WORDS_H

/* X(constant, "id", "English"). The first one marks where the words of staff mode begin. */
#define STAFF_WORDS(X)                                                                                                 \
	X(W_STAFF_LEAVE, "staff-leave", "Leave")                                                                       \
	X(W_STAFF_HOME, "staff-home", "Staff")                                                                         \
	X(W_STAFF_MOMENT, "staff-moment", "One moment")                                                                \
	X(W_STAFF_OPEN, "staff-open", "Staff mode is open.")                                                           \
	X(W_STAFF_CHOOSE, "staff-choose", "Choose a PIN")                                                              \
	X(W_STAFF_CHOOSE_SUB, "staff-choose-sub", "6 to 12 digits, one PIN for all staff.")                            \
	X(W_STAFF_CHOOSE_KEEP, "staff-choose-keep", "Keep it where clients do not see it.")                            \
	X(W_STAFF_FIRST, "staff-first", "Nobody has chosen a PIN on this kiosk yet.")                                  \
	X(W_STAFF_WELCOME, "staff-welcome", "A new kiosk")                                                             \
	X(W_STAFF_WELCOME_SUB, "staff-welcome-sub", "A few steps make it ready. They take about two minutes.")         \
	X(W_STAFF_WELCOME_NAME, "staff-welcome-name",                                                                  \
	  "First its name: where this screen is, as staff see it with each request.")                                  \
	X(W_STAFF_WELCOME_SKIP, "staff-welcome-skip", "You can skip any of them. Staff mode has them all later.")      \
	X(W_STAFF_STEP_OF, "staff-step-of", "{0} of {1}: {2}")                                                         \
	X(W_STAFF_SKIP, "staff-skip", "Skip")                                                                          \
	X(W_STAFF_GO_ON, "staff-go-on", "Go on")                                                                       \
	X(W_STAFF_STEP_PIN, "staff-step-pin", "Without a PIN staff mode stays closed.")                                \
	X(W_STAFF_READY, "staff-ready", "Ready")                                                                       \
	X(W_STAFF_READY_TOP_LEFT, "staff-ready-top-left",                                                              \
	  "To open staff mode, hold a finger in the top left corner of the board for three seconds.")                  \
	X(W_STAFF_READY_BOTTOM_LEFT, "staff-ready-bottom-left",                                                        \
	  "To open staff mode, hold a finger in the bottom left corner of the board for three seconds.")               \
	X(W_STAFF_READY_BOTTOM_RIGHT, "staff-ready-bottom-right",                                                      \
	  "To open staff mode, hold a finger in the bottom right corner of the board for three seconds.")              \
	X(W_STAFF_READY_MORE, "staff-ready-more", "What was skipped is there, too, under Settings and tests.")         \
	X(W_STAFF_READY_NO_PIN, "staff-ready-no-pin",                                                                  \
	  "Nobody has chosen a PIN, so staff mode stays closed. The kiosk asks again when it is next started.")        \
	X(W_STAFF_READY_BOARD, "staff-ready-board", "Show the board")                                                  \
	X(W_STAFF_AGAIN, "staff-again", "The same PIN once more")                                                      \
	X(W_STAFF_AGAIN_SUB, "staff-again-sub", "So that a slip does not lock you out.")                               \
	X(W_STAFF_DIFFERENT, "staff-different", "Not the same PIN")                                                    \
	X(W_STAFF_DIFFERENT_SUB, "staff-different-sub", "Choose a PIN again. Then type it once more.")                 \
	X(W_STAFF_WEAK, "staff-weak", "Too easy to guess")                                                             \
	X(W_STAFF_WEAK_SUB, "staff-weak-sub", "At least 6 digits, without a pattern like 123456.")                     \
	X(W_STAFF_ENTER, "staff-enter", "Enter the PIN")                                                               \
	X(W_STAFF_ENTER_SUB, "staff-enter-sub", "The keys change places each time.")                                   \
	X(W_STAFF_CHECKING, "staff-checking", "Checking the PIN")                                                      \
	X(W_STAFF_WRONG, "staff-wrong", "That PIN was wrong")                                                          \
	X(W_STAFF_WRONG_SUB, "staff-wrong-sub", "Try again. Tries before a wait: {0}")                                 \
	X(W_STAFF_WAIT, "staff-wait", "Too many wrong PINs")                                                           \
	X(W_STAFF_WAIT_SUB, "staff-wait-sub", "Seconds to wait: {0}")                                                  \
	X(W_STAFF_WAIT_MINUTES, "staff-wait-minutes", "Minutes to wait: {0}")                                          \
	X(W_STAFF_WAIT_THEN, "staff-wait-then", "Then you can try again.")                                             \
	X(W_STAFF_FORGOT, "staff-forgot", "Is the PIN lost? Ask the person who looks after this kiosk.")               \
	X(W_STAFF_BROKEN, "staff-broken", "A PIN cannot be kept on this kiosk")                                        \
	X(W_STAFF_BROKEN_SUB, "staff-broken-sub",                                                                      \
	  "So staff mode stays closed. Ask the person who looks after this kiosk to check its storage, "               \
	  "then start it again.")                                                                                      \
	X(W_STAFF_TYPED, "staff-typed", "Digits typed: {0}")                                                           \
	X(W_STAFF_ERASE, "staff-erase", "Erase the last one")                                                          \
	X(W_STAFF_ENTER_KEY, "staff-enter-key", "OK")                                                                  \
	X(W_STAFF_STICK, "staff-stick", "USB stick")                                                                   \
	X(W_STAFF_STICK_IN, "staff-stick-in", "A stick is in.")                                                        \
	X(W_STAFF_STICK_OUT, "staff-stick-out", "No stick is in.")                                                     \
	X(W_STAFF_PACKS, "staff-packs", "On this kiosk")                                                               \
	X(W_STAFF_PACKS_SUB, "staff-packs-sub", "Packs and versions")                                                  \
	X(W_STAFF_CALLS, "staff-calls", "Numbers to check")                                                            \
	X(W_STAFF_CALLS_SUB, "staff-calls-sub", "Due for a call: {0}")                                                 \
	X(W_STAFF_PAGES, "staff-pages", "Pages for staff")                                                             \
	X(W_STAFF_PAGES_SUB, "staff-pages-sub", "How to help people")                                                  \
	X(W_STAFF_KIOSK, "staff-kiosk", "Settings and tests")                                                          \
	X(W_STAFF_KIOSK_SUB, "staff-kiosk-sub", "Name, times, PIN")                                                    \
	X(W_STAFF_KEEPS, "staff-keeps", "What does this screen keep?")                                                 \
	X(W_STAFF_KEEPS_CARD, "staff-keeps-card", "What is kept")                                                      \
	X(W_STAFF_KEEPS_SUB, "staff-keeps-sub", "And what never is")                                                   \
	X(W_STAFF_VERSION, "staff-version", "Version {0}")                                                             \
	X(W_STAFF_MADE, "staff-made", "Made on {0}")                                                                   \
	X(W_STAFF_FROM, "staff-from", "From: {0}")                                                                     \
	X(W_STAFF_UNREVIEWED, "staff-unreviewed", "Not checked by a speaker yet: {0}")                                 \
	X(W_STAFF_REVIEWED, "staff-reviewed", "Checked by a speaker: {0}")                                             \
	X(W_STAFF_MODULES, "staff-modules", "Topics: {0}")                                                             \
	X(W_STAFF_NUMBERS, "staff-numbers", "Numbers: {0}")                                                            \
	X(W_STAFF_SYSTEM, "staff-system", "It came with the kiosk.")                                                   \
	X(W_STAFF_BEFORE, "staff-before", "The one before: version {0}")                                               \
	X(W_STAFF_NO_BEFORE, "staff-no-before", "There is no version before this one.")                                \
	X(W_STAFF_NO_PACKS, "staff-no-packs",                                                                          \
	  "No list of packs came. Start the kiosk again. If this stays, ask the person who looks after it.")           \
	X(W_STAFF_RESTORE, "staff-restore", "Restore previous")                                                        \
	X(W_STAFF_RESTORE_TITLE, "staff-restore-title", "Go back to the one before?")                                  \
	X(W_STAFF_RESTORE_SUB, "staff-restore-sub",                                                                    \
	  "The next visit shows the older pack. The one in use now can be restored in the same way.")                  \
	X(W_STAFF_RESTORE_YES, "staff-restore-yes", "Yes, go back")                                                    \
	X(W_STAFF_ON_STICK, "staff-on-stick", "On the USB stick")                                                      \
	X(W_STAFF_NO_STICK, "staff-no-stick", "No stick is in. Put it in and wait a moment.")                          \
	X(W_STAFF_STICK_EMPTY, "staff-stick-empty",                                                                    \
	  "There is nothing for this kiosk on the stick. Put packs into a folder that is named alcove.")               \
	X(W_STAFF_STICK_READING, "staff-stick-reading", "Looking at the stick")                                        \
	X(W_STAFF_LOOK_AGAIN, "staff-look-again", "Look again")                                                        \
	X(W_STAFF_SEE_NEW, "staff-see-new", "See what is new")                                                         \
	X(W_STAFF_SEE_WHY, "staff-see-why", "Cannot be used. See why.")                                                \
	X(W_STAFF_SHEET, "staff-sheet", "Your own board and phrases")                                                  \
	X(W_STAFF_KEY, "staff-key", "The key of a publisher")                                                          \
	X(W_STAFF_KEY_TITLE, "staff-key-title", "Do you trust this publisher?")                                        \
	X(W_STAFF_KEY_SUB, "staff-key-sub",                                                                            \
	  "Compare each digit with the key that the publisher gave you on paper or by phone.")                         \
	X(W_STAFF_KEY_ONLY, "staff-key-only", "Only if all of them are the same: trust.")                              \
	X(W_STAFF_KEY_TRUST, "staff-key-trust", "They are the same: trust")                                            \
	X(W_STAFF_NEW_TITLE, "staff-new-title", "What would change")                                                   \
	X(W_STAFF_NOW, "staff-now", "Now")                                                                             \
	X(W_STAFF_INSTALL, "staff-install", "Install")                                                                 \
	X(W_STAFF_PROMISE, "staff-promise",                                                                            \
	  "You can pull the stick out or lose power at any time. The old pack stays until the new one is "             \
	  "safe.")                                                                                                     \
	X(W_STAFF_PERCENT, "staff-percent", "{0} %")                                                                   \
	X(W_STAFF_LEFT_MINUTES, "staff-left-minutes", "Minutes left: about {0}")                                       \
	X(W_STAFF_LEFT_SECONDS, "staff-left-seconds", "Seconds left: about {0}")                                       \
	X(W_STAFF_STOP, "staff-stop", "Stop")                                                                          \
	X(W_STAFF_RESULT_FINE, "staff-result-fine", "Done")                                                            \
	X(W_STAFF_RESULT_BAD, "staff-result-bad", "That did not work")                                                 \
	X(W_STAFF_RESULT_STOPPED, "staff-result-stopped", "Stopped")                                                   \
	X(W_STAFF_RESULT_SAME, "staff-result-same", "Nothing to do")                                                   \
	X(W_STAFF_RESULT_FOUND, "staff-result-found", "Something was found")                                           \
	X(W_STAFF_WORK_COPY, "staff-work-copy", "Copying and checking")                                                \
	X(W_STAFF_WORK_READ, "staff-work-read", "Reading every page")                                                  \
	X(W_STAFF_WORK_INSTALL, "staff-work-install", "Putting it in use")                                             \
	X(W_STAFF_WORK_RESTORE, "staff-work-restore", "Going back to the one before")                                  \
	X(W_STAFF_WORK_TRUST, "staff-work-trust", "Keeping the key")                                                   \
	X(W_STAFF_WORK_LINE, "staff-work-line", "Asking the desk")                                                     \
	X(W_STAFF_WORK_PROOF, "staff-work-proof", "Looking for traces")                                                \
	X(W_STAFF_WORK_KEEP, "staff-work-keep", "Keeping it")                                                          \
	X(W_STAFF_DONE_COPY, "staff-done-copy", "It was copied and checked.")                                          \
	X(W_STAFF_DONE_READ, "staff-done-read", "Every page was read.")                                                \
	X(W_STAFF_DONE_INSTALL, "staff-done-install", "The new pack is in use. The next visit shows it.")              \
	X(W_STAFF_DONE_RESTORE, "staff-done-restore",                                                                  \
	  "The pack from before is in use again. The next visit shows it.")                                            \
	X(W_STAFF_DONE_TRUST, "staff-done-trust", "Packs that this publisher signs can now be installed.")             \
	X(W_STAFF_DONE_LINE, "staff-done-line",                                                                        \
	  "The line to staff works. Look at the page on the desk, too: is it open?")                                   \
	X(W_STAFF_DONE_PROOF, "staff-done-proof", "Nothing of a visit was found on this kiosk.")                       \
	X(W_STAFF_DONE_KEEP, "staff-done-keep", "It is kept.")                                                         \
	X(W_STAFF_FINE, "staff-fine", "This can be installed.")                                                        \
	X(W_STAFF_NO_SIGNATURE, "staff-no-signature",                                                                  \
	  "This pack has no signature. Ask the publisher for the file that ends in .minisig, and put it "              \
	  "next to the pack.")                                                                                         \
	X(W_STAFF_BAD_SIGNATURE, "staff-bad-signature",                                                                \
	  "The signature cannot be read. Ask the publisher to sign the pack again with a new minisign.")               \
	X(W_STAFF_UNKNOWN_KEY, "staff-unknown-key",                                                                    \
	  "This kiosk does not know who signed this pack. If you trust them, put their key file on the "               \
	  "stick, too.")                                                                                               \
	X(W_STAFF_REVOKED_KEY, "staff-revoked-key",                                                                    \
	  "The key of this pack was taken back. Ask the publisher for a pack that has a new key.")                     \
	X(W_STAFF_WRONG_SIGNATURE, "staff-wrong-signature",                                                            \
	  "The signature is not of this pack, so somebody or something has changed it. Copy both files "               \
	  "again from where you got them.")                                                                            \
	X(W_STAFF_NOT_A_PACK, "staff-not-a-pack",                                                                      \
	  "This is not a pack. Copy it again, or ask the publisher for a file that ends in .pack.")                    \
	X(W_STAFF_OTHER_PRODUCT, "staff-other-product",                                                                \
	  "This pack is for something else. Ask the publisher for a pack for Alcove.")                                 \
	X(W_STAFF_NEWER_PROGRAM, "staff-newer-program",                                                                \
	  "This pack is for a newer Alcove. Ask the person who looks after this kiosk to update it first.")            \
	X(W_STAFF_DAMAGED, "staff-damaged",                                                                            \
	  "This pack is damaged. Nothing was changed. Copy it again, or ask the publisher for a new one.")             \
	X(W_STAFF_TOO_BIG, "staff-too-big",                                                                            \
	  "This file is too large for this kiosk. Ask the publisher for a smaller one.")                               \
	X(W_STAFF_NO_ROOM, "staff-no-room",                                                                            \
	  "There is not enough room on this kiosk. Ask the person who looks after it for a larger card.")              \
	X(W_STAFF_OLDER, "staff-older", "The pack in use is newer than this one. To go back, use Restore previous.")   \
	X(W_STAFF_SAME, "staff-same", "This version is in use already. There is nothing to do.")                       \
	X(W_STAFF_VERSION_TOO_FAR, "staff-version-too-far",                                                            \
	  "The version number is so high that no other could follow. Ask the publisher to number it again.")           \
	X(W_STAFF_PULLED, "staff-pulled", "The stick was pulled out. Nothing was changed. Put it in and try again.")   \
	X(W_STAFF_CHANGED, "staff-changed",                                                                            \
	  "The stick gave other data the second time. Nothing was changed. Use another stick.")                        \
	X(W_STAFF_STORE_FAILED, "staff-store-failed",                                                                  \
	  "This kiosk cannot write to its own storage. Start it again. If this stays, it needs a new card.")           \
	X(W_STAFF_STOPPED, "staff-stopped", "It was stopped. Nothing was changed. You can begin again any time.")      \
	X(W_STAFF_TOO_MANY, "staff-too-many", "There are more than fit on one list. Remove some and try again.")       \
	X(W_STAFF_SHEET_BAD, "staff-sheet-bad",                                                                        \
	  "Row {0} of house.csv cannot be used. Look at its column \"{1}\". Correct it in the spreadsheet and "        \
	  "save it as CSV again.")                                                                                     \
	X(W_STAFF_SHEET_ROW, "staff-sheet-row",                                                                        \
	  "Row {0} of house.csv cannot be used. Correct it in the spreadsheet and save it as CSV again.")              \
	X(W_STAFF_SHEET_ROWS, "staff-sheet-rows", "Rows to correct: {0}")                                              \
	X(W_STAFF_NO_PREVIOUS, "staff-no-previous",                                                                    \
	  "This kiosk has kept no version before this one. Bring it on a stick.")                                      \
	X(W_STAFF_NO_LINE, "staff-no-line",                                                                            \
	  "This kiosk has no line to staff. The person who looks after it can set one up.")                            \
	X(W_STAFF_NOT_HEARD, "staff-not-heard",                                                                        \
	  "The desk did not answer. Check that its computer and the network are on, then test again.")                 \
	X(W_STAFF_OLD_PACK, "staff-old-pack",                                                                          \
	  "This pack is for an older Alcove. Ask the publisher to build it again.")                                    \
	X(W_STAFF_NAME_FIXED, "staff-name-fixed",                                                                      \
	  "The desk knows this kiosk by the name it has, so it stays. The person who looks after the kiosk "           \
	  "can change it there.")                                                                                      \
	X(W_STAFF_UNKNOWN_WISH, "staff-unknown-wish", "That is not there any more. Go back and look again.")           \
	X(W_STAFF_KEY_SAME, "staff-key-same", "This key is trusted already. There is nothing to do.")                  \
	X(W_STAFF_KEY_BAD, "staff-key-bad",                                                                            \
	  "This is not a key. Ask the publisher for the file that ends in .pub, and copy it again.")                   \
	X(W_STAFF_KEY_OTHER, "staff-key-other",                                                                        \
	  "Another key with this number is trusted already. Call the publisher before you go on.")                     \
	X(W_STAFF_FOUND_TRACE, "staff-found-trace",                                                                    \
	  "Something of a visit was found on this kiosk. Turn it off, and call the person who looks after "            \
	  "it.")                                                                                                       \
	X(W_STAFF_NOT_LOOKED, "staff-not-looked",                                                                      \
	  "The kiosk could not look this time, so it cannot say. Please try again.")                                   \
	X(W_STAFF_NO_SOUND, "staff-no-sound",                                                                          \
	  "This kiosk finds nothing to play a sound on. Plug in a USB sound adapter with headphones, then try again.") \
	X(W_STAFF_SOUND_TAKEN, "staff-sound-taken",                                                                    \
	  "Another program is using the sound just now. Start the kiosk again, then try once more.")                   \
	X(W_STAFF_SOUND_BROKEN, "staff-sound-broken",                                                                  \
	  "The tone could not be played. Pull out the headphones or their adapter, plug them in again, then try once " \
	  "more.")                                                                                                     \
	X(W_STAFF_CALLS_DUE, "staff-calls-due", "Numbers that nobody has looked at for a year: {0}")                   \
	X(W_STAFF_CALLS_NONE, "staff-calls-none", "No number is due for a call today.")                                \
	X(W_STAFF_CALLS_NO_DATE, "staff-calls-no-date",                                                                \
	  "This kiosk does not know the date, so it cannot tell which are due. Here are all of them, the "             \
	  "oldest first.")                                                                                             \
	X(W_STAFF_CALLS_ALL, "staff-calls-all", "See all numbers")                                                     \
	X(W_STAFF_CALLS_BEGIN, "staff-calls-begin", "Begin")                                                           \
	X(W_STAFF_CALLS_HOW, "staff-calls-how",                                                                        \
	  "Call it from another phone. If the right people answer, it is still right.")                                \
	X(W_STAFF_CALL_WRONG, "staff-call-wrong", "Wrong: hide it")                                                    \
	X(W_STAFF_CALL_RIGHT, "staff-call-right", "Still right")                                                       \
	X(W_STAFF_CALL_TEXT, "staff-call-text", "This number is for text messages.")                                   \
	X(W_STAFF_CALL_TTY, "staff-call-tty", "This number is for a TTY.")                                             \
	X(W_STAFF_MARK_WRONG, "staff-mark-wrong", "Marked as wrong on {0}. Clients do not see it.")                    \
	X(W_STAFF_MARK_RIGHT, "staff-mark-right", "You called it on {0}. It was right.")                               \
	X(W_STAFF_MARK_HIDDEN, "staff-mark-hidden", "Marked as wrong. Clients do not see it.")                         \
	X(W_STAFF_MARK_FINE, "staff-mark-fine", "You called it. It was right.")                                        \
	X(W_STAFF_CHECKED_ON, "staff-checked-on", "The pack says it was checked on {0}.")                              \
	X(W_STAFF_LINE, "staff-line", "Test the line to staff")                                                        \
	X(W_STAFF_LINE_CARD, "staff-line-card", "Line to staff")                                                       \
	X(W_STAFF_LINE_SUB, "staff-line-sub", "This sends no request. It only asks if the desk can be reached.")       \
	X(W_STAFF_LINE_TEST, "staff-line-test", "Test it now")                                                         \
	X(W_STAFF_LINE_NONE, "staff-line-none", "There is no line to staff: nobody can be asked to come from here.")   \
	X(W_STAFF_LINE_HOW, "staff-line-how", "To set one up, see \"The line to staff\" in the README.")               \
	X(W_STAFF_TOUCH, "staff-touch", "Touch test")                                                                  \
	X(W_STAFF_TOUCH_SUB, "staff-touch-sub", "Touch every square. Each one then shows a mark.")                     \
	X(W_STAFF_TOUCH_DONE, "staff-touch-done", "All of them work.")                                                 \
	X(W_STAFF_SPOT, "staff-spot", "Square {0}")                                                                    \
	X(W_STAFF_DISPLAY, "staff-display", "Display test")                                                            \
	X(W_STAFF_DISPLAY_SUB, "staff-display-sub",                                                                    \
	  "A line runs along all four edges. Five colors follow. Look for spots. Touch to go on.")                     \
	X(W_STAFF_DISPLAY_GO, "staff-display-go", "Touch to go on")                                                    \
	X(W_STAFF_TIMES, "staff-times", "Waiting times")                                                               \
	X(W_STAFF_TIMES_IDLE, "staff-times-idle", "Seconds without a touch, before the screen asks \"Still here?\"")   \
	X(W_STAFF_TIMES_ANSWER, "staff-times-answer", "Seconds to answer, before it clears")                           \
	X(W_STAFF_SOUND, "staff-sound", "Sound")                                                                       \
	X(W_STAFF_SOUND_SUB, "staff-sound-sub", "Each choice is kept, and a short tone tests it.")                     \
	X(W_STAFF_SOUND_OFF, "staff-sound-off", "Off")                                                                 \
	X(W_STAFF_SOUND_NOW, "staff-sound-now", "Listen now: two soft notes.")                                         \
	X(W_STAFF_SOUND_PLAYED, "staff-sound-played", "It was played. Did you hear two notes?")                        \
	X(W_STAFF_SOUND_IF_NOT, "staff-sound-if-not",                                                                  \
	  "If not: push the plug all the way in, then try a higher number.")                                           \
	X(W_STAFF_PLACE, "staff-place", "Name of this place")                                                          \
	X(W_STAFF_PLACE_SUB, "staff-place-sub", "Staff see it with each request. Say where the screen is.")            \
	X(W_STAFF_PLACE_KEEP, "staff-place-keep", "Keep it")                                                           \
	X(W_STAFF_SPACE, "staff-space", "Space")                                                                       \
	X(W_STAFF_SHIFT, "staff-shift", "Large letters")                                                               \
	X(W_STAFF_SIGNS, "staff-signs", "Numbers and signs")                                                           \
	X(W_STAFF_LETTERS, "staff-letters", "Letters")                                                                 \
	X(W_STAFF_PIN, "staff-pin", "Change the PIN")                                                                  \
	X(W_STAFF_PIN_SUB, "staff-pin-sub", "You choose a new one now. The old one works until the new one is kept.")  \
	X(W_STAFF_KEEPS_NOTHING, "staff-keeps-nothing",                                                                \
	  "Of clients it keeps nothing: no name, no page, no number, no time.")                                        \
	X(W_STAFF_KEEPS_WHAT, "staff-keeps-what",                                                                      \
	  "It keeps packs, the settings of staff mode, the PIN in a form that cannot be read, and which "              \
	  "numbers staff have marked.")                                                                                \
	X(W_STAFF_KEEPS_ASK, "staff-keeps-ask",                                                                        \
	  "A request for staff is here and at the desk until it is done, for an hour at most.")                        \
	X(W_STAFF_KEEPS_TEST, "staff-keeps-test", "Look for traces now")                                               \
	X(W_STAFF_KEEPS_TEST_SUB, "staff-keeps-test-sub",                                                              \
	  "The kiosk can look for itself. It takes less than a minute.")                                               \
	X(W_STAFF_CH_NOTHING, "staff-ch-nothing", "Nothing else changes.")                                             \
	X(W_STAFF_CH_FIRST, "staff-ch-first", "This kiosk has no such pack yet. All of it is new. Topics: {3}")        \
	X(W_STAFF_CH_OTHER_PACK, "staff-ch-other-pack", "It is another pack ({2}), not the one in use ({1}).")         \
	X(W_STAFF_CH_VERSION, "staff-ch-version", "Version {2} comes in place of version {1}.")                        \
	X(W_STAFF_CH_MADE, "staff-ch-made", "It was made on {2}. The one in use was made on {1}.")                     \
	X(W_STAFF_CH_PUBLISHER, "staff-ch-publisher",                                                                  \
	  "It is from {2}. The one in use is from {1}. Is that what you expect?")                                      \
	X(W_STAFF_CH_TITLE, "staff-ch-title", "Its name is {2}. It was {1}.")                                          \
	X(W_STAFF_CH_KIND, "staff-ch-kind", "It is of the kind {2}. The one in use is of the kind {1}.")               \
	X(W_STAFF_CH_LANGUAGE_CHECKED, "staff-ch-language-checked", "New language, checked by a speaker: {0}")         \
	X(W_STAFF_CH_LANGUAGE_ADDED, "staff-ch-language-added", "New language, not checked by a speaker yet: {0}")     \
	X(W_STAFF_CH_LANGUAGE_REMOVED, "staff-ch-language-removed", "A language goes away: {0}")                       \
	X(W_STAFF_CH_LANGUAGE_REVIEWED, "staff-ch-language-reviewed", "A speaker has now checked: {0}")                \
	X(W_STAFF_CH_LANGUAGE_UNREVIEWED, "staff-ch-language-unreviewed",                                              \
	  "No longer said to be checked by a speaker: {0}")                                                            \
	X(W_STAFF_CH_NUMBER_ADDED, "staff-ch-number-added", "New number: {0}, {2}")                                    \
	X(W_STAFF_CH_NUMBER_REMOVED, "staff-ch-number-removed", "A number goes away: {0}, {1}")                        \
	X(W_STAFF_CH_NUMBER, "staff-ch-number", "{0} is now {1} and will be {2}")                                      \
	X(W_STAFF_CH_NUMBER_CHECKED, "staff-ch-number-checked", "{0} was checked on {2}, before that on {1}.")         \
	X(W_STAFF_CH_NUMBER_TEXT, "staff-ch-number-text", "What is said of {0} changes.")                              \
	X(W_STAFF_CH_MODULE_ADDED, "staff-ch-module-added", "New topic in {4}: {0}. Pages: {3}")                       \
	X(W_STAFF_CH_MODULE_REMOVED, "staff-ch-module-removed", "A topic goes away in {4}: {0}")                       \
	X(W_STAFF_CH_MODULE, "staff-ch-module", "A topic changes in {4}: {0}. Pages that change: {3}")                 \
	X(W_STAFF_CH_WORDS, "staff-ch-words", "Words on the screen that change in {4}: {3}")                           \
	X(W_STAFF_CH_BOARD, "staff-ch-board", "The board changes in {4}. Cards: {1} now, then {2}")                    \
	X(W_STAFF_CH_PHRASES, "staff-ch-phrases", "The phrases for staff change in {4}. Phrases: {1} now, then {2}")   \
	X(W_STAFF_CH_PICTURES, "staff-ch-pictures", "Pictures that change: {3}")                                       \
	X(W_STAFF_CH_CUT, "staff-ch-cut", "The list is very long. Compared: {3}")                                      \
	X(W_STAFF_CH_MORE, "staff-ch-more", "More changes that do not fit here: {3}")                                  \
	X(W_STAFF_CH_DETAIL, "staff-ch-detail", "A detail changes: {0}")                                               \
	X(W_STAFF_SYS, "staff-sys", "The system of this kiosk")                                                        \
	X(W_STAFF_SYS_NEW, "staff-sys-new", "A new system")                                                            \
	X(W_STAFF_SYS_RUNS, "staff-sys-runs", "The system here was made on {0}.")                                      \
	X(W_STAFF_SYS_OFFER, "staff-sys-offer", "The system on the stick was made on {0}.")                            \
	X(W_STAFF_SYS_WHAT, "staff-sys-what",                                                                          \
	  "Copying takes some minutes. Then the kiosk starts again, and its screen is dark for about a minute.")       \
	X(W_STAFF_SYS_BACK_ALONE, "staff-sys-back-alone",                                                              \
	  "If the new system does not start, the old one comes back by itself.")                                       \
	X(W_STAFF_SYS_READY, "staff-sys-ready", "The new system is ready. It is tried when the kiosk starts again.")   \
	X(W_STAFF_SYS_RESTART, "staff-sys-restart", "Start again now")                                                 \
	X(W_STAFF_SYS_STARTING, "staff-sys-starting", "Starting again")                                                \
	X(W_STAFF_SYS_DARK, "staff-sys-dark", "The screen is dark for about a minute.")                                \
	X(W_STAFF_SYS_TRIAL, "staff-sys-trial",                                                                        \
	  "The new system runs. It stays once it has been well for half a minute.")                                    \
	X(W_STAFF_SYS_TAKEN_BACK, "staff-sys-taken-back",                                                              \
	  "The new system did not start as it should, so the old one runs again. Nothing else has changed. Tell the "  \
	  "publisher.")                                                                                                \
	X(W_STAFF_SYS_BACK_CARD, "staff-sys-back-card", "The old system is back")                                      \
	X(W_STAFF_SYS_READ, "staff-sys-read", "I have read this")                                                      \
	X(W_STAFF_SYS_BROKEN, "staff-sys-broken",                                                                      \
	  "The part of the card that starts this kiosk cannot be read. It still runs, but it needs a new card soon.")  \
	X(W_STAFF_SYS_PROMISE, "staff-sys-promise",                                                                    \
	  "You can pull the stick out or lose power at any time. The old system stays until the new one has shown "    \
	  "that it works.")                                                                                            \
	X(W_STAFF_WORK_SYSTEM, "staff-work-system", "Copying and checking")                                            \
	X(W_STAFF_DONE_SYSTEM, "staff-done-system",                                                                    \
	  "The new system is copied and checked. It is tried when the kiosk starts again.")                            \
	X(W_STAFF_SYS_NO_SIGNATURE, "staff-sys-no-signature",                                                          \
	  "This system has no signature. Ask the publisher for the file that ends in .minisig, and put it next to "    \
	  "it.")                                                                                                       \
	X(W_STAFF_SYS_BAD_SIGNATURE, "staff-sys-bad-signature",                                                        \
	  "The signature cannot be read. Ask the publisher to sign the system again with a new minisign.")             \
	X(W_STAFF_SYS_UNKNOWN_KEY, "staff-sys-unknown-key",                                                            \
	  "This system is signed by somebody that this kiosk does not take systems from. Ask the person who looks "    \
	  "after it.")                                                                                                 \
	X(W_STAFF_SYS_REVOKED_KEY, "staff-sys-revoked-key",                                                            \
	  "The key of this system was taken back. Ask the publisher for a system that has a new key.")                 \
	X(W_STAFF_SYS_WRONG_SIGNATURE, "staff-sys-wrong-signature",                                                    \
	  "The signature is not of this system, so somebody or something has changed it. Copy both files again from "  \
	  "where you got them.")                                                                                       \
	X(W_STAFF_SYS_NOT_ONE, "staff-sys-not-one",                                                                    \
	  "This is not a system for Alcove. Copy it again, or ask the publisher for a file that ends in .system.")     \
	X(W_STAFF_SYS_OTHER, "staff-sys-other",                                                                        \
	  "This system is for another kind of computer. Ask the publisher for the one that fits this kiosk.")          \
	X(W_STAFF_SYS_NEWER, "staff-sys-newer",                                                                        \
	  "This kiosk is too old to take this system at once. Ask the publisher which one comes first.")               \
	X(W_STAFF_SYS_DAMAGED, "staff-sys-damaged",                                                                    \
	  "This system is damaged or cut short. Nothing was changed. Copy it again, or ask the publisher for a new "   \
	  "one.")                                                                                                      \
	X(W_STAFF_SYS_TOO_BIG, "staff-sys-too-big",                                                                    \
	  "This system is too large for the card of this kiosk. Ask the publisher for a smaller one.")                 \
	X(W_STAFF_SYS_OLDER, "staff-sys-older",                                                                        \
	  "The system that runs here is newer than this one. There is nothing to do.")                                 \
	X(W_STAFF_SYS_SAME, "staff-sys-same", "This system runs here already. There is nothing to do.")                \
	X(W_STAFF_SYS_CARD, "staff-sys-card",                                                                          \
	  "The card of this kiosk did not keep what was written to it. The old system stays. Try again. If this "      \
	  "stays, it needs a new card.")                                                                               \
	X(W_STAFF_SYS_NO_KEY, "staff-sys-no-key",                                                                      \
	  "This kiosk was made to take no new systems. Ask the person who looks after it to write its card again.")

#endif
