#!/bin/bash
# The manual page alcove.ini(5), out of the settings file that explains itself: image/deb/ini-page.sh FILE.
set -euo pipefail
cat <<'END'
.TH ALCOVE.INI 5 "" "Alcove" "Alcove"
.SH NAME
alcove.ini \- the settings of an Alcove kiosk
.SH DESCRIPTION
What a shelter decides about its kiosk, read by
.BR alcove (1)
when it starts.
Every value is checked; what is wrong is said with file and line, and with what would be right.
Lines that begin with ; are comments.
The values shown are those that hold when a line is left out, but for packs, of which there are none then.
END
# Explanations stand before the lines they are about.
awk '
	function flush() { if (says != "") { print ".PP"; print says; says = "" } }
	/^\[/ { flush(); print ".SH SECTION " toupper($0); next }
	/^; / && !begun { next }
	/^; ?/ { line = substr($0, 3); gsub(/\\/, "\\e", line); gsub(/-/, "\\-", line); sub(/^[.'\'']/, "\\\\\\&&", line)
		says = says (says == "" ? "" : "\n") line; next }
	NF == 0 { next }
	{ gsub(/-/, "\\-"); name = $1; print ".TP"; print ".B " $0; if (says == "") says = "As above."; print says; says = "" }
	END { flush() }
' begun=1 <(sed '1,/^$/d' "$1")
cat <<'END'
.SH SEE ALSO
.BR alcove (1),
.BR alcove\-store (1)
END
