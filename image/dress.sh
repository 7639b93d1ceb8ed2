#!/bin/bash
# Turns a tree of Debian into the system of a kiosk: image/dress.sh ROOT, among the tools. Takes away what nobody needs
# there, shells of the system first of all; leaves nothing in it that is different from one build to the next.
set -euo pipefail
root=${1:?which root}
[ "$(realpath "$root")" != / ] || exit 1
here=$(dirname "$0")

# Packages cannot be added to a card, so what adds them need not be there. What a package owns is asked while there is
# still a list of it.
gone=(dpkg debconf perl-base passwd login.defs libdb5.3t64 initramfs-tools initramfs-tools-core initramfs-tools-bin
	dracut-install cpio klibc-utils tar xkb-data libx11-data libvulkan1 fonts-noto-mono logsave adduser
	perl perl-modules-5.40 libperl5.40 libgdbm6t64 libgdbm-compat4t64)
mkdir -p "$root/var/lib/dpkg"
dpkg-query --admindir="$root/var/lib/dpkg" -W -f='${Package}\t${Version}\t${Architecture}\t${source:Package}\n' |
	awk -F'\t' -v gone=" ${gone[*]} " 'index(gone, " " $1 " ") == 0' | sort >"$root/../packages.txt"
for package in "${gone[@]}"; do
	dpkg-query --admindir="$root/var/lib/dpkg" -L "$package" 2>/dev/null || true
done | sort -ur | while read -r path; do
	[ -d "$root$path" ] && [ ! -L "$root$path" ] || rm -f "$root$path"
done
# Of Noto's letters those that we name.
find "$root/usr/share/fonts/truetype/noto" -type f |
	grep -vFf <(sed -nE 's#^(regular|bold) = .*(/noto/.*)#\2#p' assets/fonts.ini) | xargs rm
# The shell is for the few scripts of Debian that the start needs; nothing on the card gives it to anybody.
ln -sf dash "$root/usr/bin/sh"

# Users: those of Debian's packages, and those of the list with its numbers.
install -m 644 "$here/lists/users.conf" "$root/usr/lib/sysusers.d/alcove.conf"
SYSTEMD_LOG_LEVEL=warning systemd-sysusers --root="$root"
sed -i 's#:[^:]*$#:/usr/sbin/nologin#' "$root/etc/passwd"
sed -i -E 's/^([^:]+):[^:]*:[0-9]*:/\1:!*:0:/' "$root/etc/shadow"
rm -f "$root"/etc/{passwd,shadow,group,gshadow,subuid,subgid}- "$root"/etc/.pwd.lock

# What Debian's packages want in /etc, where nothing can be made at the start.
systemd-tmpfiles --root="$root" --create --prefix=/etc
# What is known of single devices, as one file.
systemd-hwdb --root="$root" --usr update

# Licences stay, in one place.
licences=$root/usr/share/alcove/licences
install -d "$licences"
for f in "$root"/usr/share/doc/*/copyright; do
	[ -f "$f" ] && cp -L "$f" "$licences/$(basename "$(dirname "$f")")" || true
done

rm -rf "$root"/boot/* "$root"/etc/modules-load.d/modules.conf "$root"/usr/share/{doc,info,man,lintian,bug,zsh,perl5,debconf,polkit-1,pam*,i18n,keyrings,initramfs-tools} \
	"$root"/usr/lib/{dpkg,apt,init,udev/hwdb.d,initramfs-tools,kernel,sysusers.d,environment.d,rpm,pcrlock.d} \
	"$root"/etc/{apt,dpkg,cron*,kernel,initramfs*,init.d,rc?.d,logrotate.d,skel,alternatives/README,default,apparmor*,pam.d,security,perl,X11,opt,update-motd.d,profile*,bash*,issue*,motd,terminfo,subuid*,subgid*} \
	"$root"/usr/lib/*-linux-gnu/{gconv,perl*,security} "$root"/usr/share/{bash-completion,common-licenses,perl,tabset,terminfo,locale,zoneinfo,glib-2.0,libdrm/xx,X11,base-files,menu,applications,pixmaps} \
	"$root"/usr/lib/systemd/{user,user-*,system-sleep,network,portable,profile,catalog,ntp-units.d,repart,system-environment-generators} \
	"$root"/usr/lib/*-linux-gnu/libvulkan* "$root"/usr/share/{vulkan,drirc.d/xx} "$root"/{media,mnt,srv,opt,home}
find "$root" -xdev -name '*.pyc' -delete
find "$root/usr" -xdev \( -name '*.la' -o -name '*.a' \) -delete

# Of the units' makers only the one that reads /etc/fstab.
find "$root/usr/lib/systemd/system-generators" -mindepth 1 ! -name systemd-fstab-generator -delete
# Programs that change who somebody is: not here.
find "$root" -xdev -type f -perm /6000 -exec chmod u-s,g-s {} +
rm -f "$root"/usr/bin/{su,passwd,chsh,chfn,newgrp,gpasswd,mount.*,login,setpriv,nsenter,unshare,chroot,wall,write,mesg,script*,run0,bash,perl*}

# What systemd would like to do on a machine that lasts, and what would let somebody in.
masked=(stunnel.target stunnel4.service
	getty@.service serial-getty@.service console-getty.service container-getty@.service autovt@.service
	getty.target getty-static.service debug-shell.service rescue.service rescue.target ctrl-alt-del.target
	systemd-logind.service systemd-user-sessions.service dbus.service dbus.socket
	systemd-ask-password-console.path systemd-ask-password-wall.path
	ldconfig.service systemd-hwdb-update.service systemd-journal-catalog-update.service systemd-update-done.service
	systemd-firstboot.service systemd-sysusers.service systemd-machine-id-commit.service systemd-random-seed.service
	systemd-pstore.service systemd-boot-update.service systemd-boot-random-seed.service systemd-binfmt.service
	systemd-update-utmp.service systemd-update-utmp-runlevel.service systemd-rfkill.service systemd-rfkill.socket
	systemd-journal-flush.service systemd-hibernate-clear.service systemd-pcrmachine.service systemd-pcrphase.service
	systemd-pcrphase-sysinit.service systemd-tpm2-setup.service systemd-tpm2-setup-early.service
	proc-sys-fs-binfmt_misc.automount proc-sys-fs-binfmt_misc.mount dev-hugepages.mount dev-mqueue.mount
	sys-kernel-debug.mount sys-kernel-tracing.mount sys-kernel-config.mount sys-fs-fuse-connections.mount
	mosquitto.service apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer
	e2scrub_reap.service fstrim.timer systemd-tmpfiles-clean.timer systemd-networkd.socket
	systemd-networkd-wait-online.service systemd-network-generator.service systemd-creds.socket
	systemd-mountfsd.socket systemd-nsresourced.socket systemd-hostnamed.socket systemd-sysext.socket
	systemd-vpick.socket hibernate.target suspend.target sleep.target hybrid-sleep.target kexec.target
	systemd-halt.service halt.target swap.target sigpwr.target systemd-storagetm.service)
rm -rf "$root"/etc/systemd/system/*.wants
for unit in "${masked[@]}"; do
	ln -sf /dev/null "$root/etc/systemd/system/$unit"
done
ln -sf /usr/lib/systemd/system/multi-user.target "$root/etc/systemd/system/default.target"
mkdir -p "$root/etc/systemd/system/multi-user.target.wants"
for unit in alcove.service alcove-slots.socket alcove-trial.service; do
	ln -sf "../$unit" "$root/etc/systemd/system/multi-user.target.wants/$unit"
done

# One name for all; the place's own name stands in alcove.ini. The number of the machine is new at every start.
echo alcove >"$root/etc/hostname"
printf '127.0.0.1 localhost alcove\n::1 localhost\n' >"$root/etc/hosts"
: >"$root/etc/machine-id"
ln -sf /run/systemd/resolve/stub-resolv.conf "$root/etc/resolv.conf"
ln -sfn /boot/site "$root/etc/alcove"
find "$root"/var "$root"/tmp "$root"/run -mindepth 1 -delete
mkdir -p "$root"/{boot,dev,proc,sys,run,tmp,var,root}
ldconfig -r "$root" -X
rm -rf "$root"/var/cache
find "$root" -xdev -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
