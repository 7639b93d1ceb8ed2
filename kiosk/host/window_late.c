#include "host/window_late.h"

#include "base/late.h"

/* clang-format off */
#define WAYLAND(X) \
	X(wl_display_cancel_read) X(wl_display_connect) X(wl_display_connect_to_fd) X(wl_display_create_queue) \
	X(wl_display_disconnect) X(wl_display_dispatch) X(wl_display_dispatch_pending) \
	X(wl_display_dispatch_queue) X(wl_display_dispatch_queue_pending) X(wl_display_flush) \
	X(wl_display_get_error) X(wl_display_get_fd) X(wl_display_prepare_read) X(wl_display_prepare_read_queue) \
	X(wl_display_read_events) X(wl_display_roundtrip) X(wl_event_queue_destroy) X(wl_list_empty) \
	X(wl_list_init) X(wl_list_insert) X(wl_list_insert_list) X(wl_list_length) X(wl_list_remove) \
	X(wl_log_set_handler_client) X(wl_proxy_add_listener) X(wl_proxy_create) X(wl_proxy_create_wrapper) \
	X(wl_proxy_destroy) X(wl_proxy_get_class) X(wl_proxy_get_id) X(wl_proxy_get_tag) \
	X(wl_proxy_get_user_data) X(wl_proxy_get_version) X(wl_proxy_marshal) X(wl_proxy_marshal_array_flags) \
	X(wl_proxy_marshal_constructor) X(wl_proxy_marshal_constructor_versioned) X(wl_proxy_marshal_flags) \
	X(wl_proxy_set_queue) X(wl_proxy_set_tag) X(wl_proxy_set_user_data) X(wl_proxy_wrapper_destroy)
#define CURSOR(X) \
	X(wl_cursor_frame) X(wl_cursor_image_get_buffer) X(wl_cursor_theme_destroy) X(wl_cursor_theme_get_cursor) \
	X(wl_cursor_theme_load)
#define EGL(X) \
	X(wl_egl_window_create) X(wl_egl_window_destroy) X(wl_egl_window_get_attached_size) \
	X(wl_egl_window_resize)
#define XKB(X) \
	X(xkb_compose_state_feed) X(xkb_compose_state_get_one_sym) X(xkb_compose_state_get_status) \
	X(xkb_compose_state_new) X(xkb_compose_state_unref) X(xkb_compose_table_new_from_locale) \
	X(xkb_compose_table_unref) X(xkb_context_new) X(xkb_context_unref) X(xkb_keymap_key_for_each) \
	X(xkb_keymap_key_get_syms_by_level) X(xkb_keymap_key_repeats) X(xkb_keymap_layout_get_name) \
	X(xkb_keymap_mod_get_index) X(xkb_keymap_new_from_string) X(xkb_keymap_unref) X(xkb_keysym_to_utf32) \
	X(xkb_keysym_to_utf8) X(xkb_state_key_get_syms) X(xkb_state_new) X(xkb_state_unref) \
	X(xkb_state_update_mask)
#define DECOR(X) \
	X(libdecor_configuration_get_content_size) X(libdecor_configuration_get_window_state) \
	X(libdecor_decorate) X(libdecor_dispatch) X(libdecor_frame_commit) X(libdecor_frame_get_xdg_surface) \
	X(libdecor_frame_get_xdg_toplevel) X(libdecor_frame_has_capability) X(libdecor_frame_is_floating) \
	X(libdecor_frame_is_visible) X(libdecor_frame_map) X(libdecor_frame_move) X(libdecor_frame_resize) \
	X(libdecor_frame_set_app_id) X(libdecor_frame_set_capabilities) X(libdecor_frame_set_fullscreen) \
	X(libdecor_frame_set_max_content_size) X(libdecor_frame_set_maximized) \
	X(libdecor_frame_set_min_content_size) X(libdecor_frame_set_minimized) X(libdecor_frame_set_parent) \
	X(libdecor_frame_set_title) X(libdecor_frame_set_visibility) X(libdecor_frame_unref) \
	X(libdecor_frame_unset_capabilities) X(libdecor_frame_unset_fullscreen) X(libdecor_frame_unset_maximized) \
	X(libdecor_new) X(libdecor_state_free) X(libdecor_state_new) X(libdecor_unref)
#define GBM(X) \
	X(gbm_bo_create) X(gbm_bo_destroy) X(gbm_bo_get_device) X(gbm_bo_get_format) X(gbm_bo_get_handle) \
	X(gbm_bo_get_height) X(gbm_bo_get_stride) X(gbm_bo_get_user_data) X(gbm_bo_get_width) \
	X(gbm_bo_set_user_data) X(gbm_bo_write) X(gbm_create_device) X(gbm_device_destroy) \
	X(gbm_device_is_format_supported) X(gbm_surface_create) X(gbm_surface_destroy) \
	X(gbm_surface_lock_front_buffer) X(gbm_surface_release_buffer)
#define DRM(X) \
	X(drmAuthMagic) X(drmGetCap) X(drmHandleEvent) X(drmModeAddFB) X(drmModeAddFB2) X(drmModeCrtcGetGamma) \
	X(drmModeCrtcSetGamma) X(drmModeFreeConnector) X(drmModeFreeCrtc) X(drmModeFreeEncoder) X(drmModeFreeFB) \
	X(drmModeFreeObjectProperties) X(drmModeFreePlane) X(drmModeFreePlaneResources) X(drmModeFreeProperty) \
	X(drmModeFreeResources) X(drmModeGetConnector) X(drmModeGetCrtc) X(drmModeGetEncoder) X(drmModeGetFB) \
	X(drmModeGetPlane) X(drmModeGetPlaneResources) X(drmModeGetProperty) X(drmModeGetResources) \
	X(drmModeMoveCursor) X(drmModeObjectGetProperties) X(drmModeObjectSetProperty) X(drmModePageFlip) \
	X(drmModeRmFB) X(drmModeSetCrtc) X(drmModeSetCursor) X(drmModeSetCursor2) X(drmModeSetPlane) \
	X(drmSetClientCap) X(drmSetMaster)
/* clang-format on */

LATE_DOORS(WAYLAND)
LATE_DOORS(CURSOR)
LATE_DOORS(EGL)
LATE_DOORS(XKB)
LATE_DOORS(DECOR)
LATE_DOORS(GBM)
LATE_DOORS(DRM)

static const struct late wayland[] = {WAYLAND(LATE_ROW)};
static const struct late cursor[] = {CURSOR(LATE_ROW)};
static const struct late egl[] = {EGL(LATE_ROW)};
static const struct late xkb[] = {XKB(LATE_ROW)};
static const struct late decor[] = {DECOR(LATE_ROW)};
static const struct late gbm[] = {GBM(LATE_ROW)};
static const struct late drm[] = {DRM(LATE_ROW)};

#define LOAD(file, rows) late_load(file, rows, sizeof(rows) / sizeof(rows)[0])

void window_late_load(void) {
	LOAD("libwayland-client.so.0", wayland);
	LOAD("libwayland-cursor.so.0", cursor);
	LOAD("libwayland-egl.so.1", egl);
	LOAD("libxkbcommon.so.0", xkb);
	LOAD("libdecor-0.so.0", decor);
	LOAD("libgbm.so.1", gbm);
	LOAD("libdrm.so.2", drm);
}
