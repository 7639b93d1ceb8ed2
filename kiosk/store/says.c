/* The sentences of store.h for a terminal, each with its next step. On the screen staff read the pack's own words. */
#include "store/store.h"

static const char *const sentences[WIRE_REASON_LAST + 1] = {
    [WIRE_FINE] = "All is well.",
    [WIRE_NO_SIGNATURE] =
        "The pack has no signature beside it. Ask whoever made it for both files: the one that ends in "
        ".pack and the one that ends in .pack.minisig.",
    [WIRE_BAD_SIGNATURE] =
        "The signature's file cannot be read, or is of an old kind. Ask whoever made the pack to sign it "
        "again with minisign 0.10 or newer, and copy both files again.",
    [WIRE_UNKNOWN_KEY] = "The pack is signed by somebody whom this kiosk does not know. Ask for a pack from your own "
                         "publisher, or add the publisher's key first.",
    [WIRE_REVOKED_KEY] =
        "The key that signed this pack was taken back, so it may come from anybody. Do not use it; ask the "
        "publisher for a pack that is signed with the new key.",
    [WIRE_WRONG_SIGNATURE] =
        "The signature does not belong to this file: the pack was changed, or copied badly. Copy both "
        "files again from where you got them.",
    [WIRE_NOT_A_PACK] = "This is not a pack. Use the file that ends in .pack.",
    [WIRE_OTHER_PRODUCT] =
        "This pack is for something else and cannot take the place of the one on this kiosk. Ask for "
        "the pack with the same id.",
    [WIRE_NEWER_PROGRAM] = "This pack needs a newer Alcove. Update this kiosk first, then install the pack.",
    [WIRE_DAMAGED] =
        "The pack is damaged. Copy it again from where you got it; if that does not help, ask for a new one.",
    [WIRE_NAME_FIXED] = "The desk knows this kiosk by its present name. Change it there and in the settings file.",
    [WIRE_OLD_PACK] = "This pack was made for an older Alcove. Ask whoever made it to build it again with the "
                      "alcove-pack of this version.",
    [WIRE_TOO_BIG] = "The file is too big to be a pack. Check that you have the right file.",
    [WIRE_NO_ROOM] =
        "There is not enough free space for this pack. Free some space where the store is, then try again.",
    [WIRE_OLDER] = "A newer version than this is in use. There is nothing to do; to go back on purpose, restore the "
                   "previous one.",
    [WIRE_SAME] = "This version is in use already. There is nothing to do.",
    [WIRE_VERSION_TOO_FAR] =
        "The pack's version is so high that no later one could follow. Ask the publisher to build it "
        "again with a lower version.",
    [WIRE_PULLED] = "The file could not be read to its end. Leave the stick in until it is done, and try again.",
    [WIRE_CHANGED] =
        "The file changed while it was copied. Wait until nothing else writes to the stick, and try again.",
    [WIRE_STORE_FAILED] = "The store could not be written; what was in use before still is. Try again; if it fails "
                          "again, the card may be worn out and should be replaced.",
    [WIRE_STOPPED] = "It was stopped, and nothing has changed. Start again when you are ready.",
    [WIRE_TOO_MANY] = "There are more than this kiosk can keep. Remove some and try again.",
    [WIRE_SHEET_BAD] = "A row of the sheet cannot be read. Correct it and save the sheet again.",
    [WIRE_NO_PREVIOUS] = "There is no previous pack to go back to. Install the one that you want instead.",
    [WIRE_NO_LINE] = "No line to staff is set up. Set one up with alcove desk-init.",
    [WIRE_NOT_HEARD] = "The desk did not answer. Check that the desk's machine is on and connected.",
    [WIRE_UNKNOWN_WISH] = "What was asked for is not there any more. Look at the list again.",
    [WIRE_NOT_LOOKED] = "The kiosk could not look for traces. Try again.",
    [WIRE_NO_KEY] = "There is no key for systems here, so none is taken. Write the card again.",
    [WIRE_NO_SOUND] =
        "There is no sound card, or not the one of the settings. Plug one in, or change device in [sound].",
    [WIRE_SOUND_TAKEN] = "Another program has the sound card. End it, and try again.",
    [WIRE_SOUND_BROKEN] = "The sound card is there and did not play. Unplug it, plug it in again, and try again.",
    [WIRE_FOUND_TRACE] = "Something was left behind. Restart the kiosk and tell whoever looks after it.",
};

const char *store_says(enum wire_reason reason) {
	return (unsigned)reason <= WIRE_REASON_LAST ? sentences[reason] : sentences[WIRE_STORE_FAILED];
}
