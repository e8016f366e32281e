/* A stand-in for Kinect20.dll in native code: function tables in the order of the SDK's Kinect.h, called as Windows calls.

   One sensor; a thread that sends bodies and pictures 30 times a second; a reader holds one frame at a time, and the next
   is E_PENDING until that one is released. Use after release is counted, and so are the objects that live.
   What it sends is a formula of the frame's number, so that whoever reads can check every field.

   The environment variable KINECT_DOUBLE says otherwise, for example  bodies=6,plugged=0,reset=manual :
       bodies (2), plugged (1), conversion_ms (0), late_ms (0: pictures after bodies), reset (auto or manual),
       unplug_from and unplug_to (frame numbers between which nothing comes). */
#define COBJMACROS
#include <windows.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __declspec(dllexport)
#define FAIL_PENDING ((HRESULT)0x8000000AL)
#define JOINTS 25
#define MOST_BODIES 6
#define WIDTH 1920
#define HEIGHT 1080
#define TICKS_PER_S 10000000LL
#define START_TICKS (5 * TICKS_PER_S)
#define FRAME_TICKS 333333LL
#define BGRA 3
#define MOST_READERS 16
#define MOST_SLOTS 20
#define DEAD 0xDEADDEADu

typedef struct { float x, y; } PointXY;
typedef struct { float x, y, z; } PointXYZ;
typedef struct { float x, y, z, w; } Four;
typedef struct { int type; PointXYZ position; int state; } Joint;
typedef struct { int type; Four orientation; } Orientation;

typedef enum {
    SENSOR, COLOR_SOURCE, BODY_SOURCE, PLAIN_SOURCE, COLOR_READER, BODY_READER, COLOR_ARRIVAL, BODY_ARRIVAL,
    COLOR_REFERENCE, BODY_REFERENCE, COLOR_FRAME, BODY_FRAME, BODY, SETTINGS, DESCRIPTION, MAPPER, KINDS
} Kind;

typedef struct Object {
    void **table;
    volatile LONG references;
    unsigned mark; /* DEAD once it is released */
    Kind kind;
    struct Object *reader; /* of a frame, a reference and an arrival */
    LONGLONG number;       /* of the frame that it speaks of */
    int place;             /* of a body; of a source: 0 colour, 1 depth */
    HANDLE event;          /* of a reader that is subscribed to */
    LONGLONG newest, fetched;
    volatile LONG held;    /* a frame of this reader that is not released yet */
} Object;

static CRITICAL_SECTION lock;
static volatile LONG live, used_after_release, sent_bodies, sent_pictures, is_open;
static Object *readers[MOST_READERS];
static HANDLE sender, closing;
static int bodies, plugged, conversion_ms, late_ms, manual_reset;
static LONGLONG unplug_from, unplug_to, number_now = -1;

static void *tables[KINDS][3 + MOST_SLOTS];

/* ---- what it sends */

static const PointXYZ STANDING[JOINTS] = {
    {0, -0.10f, 0}, {0, 0.20f, 0}, {0, 0.52f, 0}, {0, 0.66f, 0}, {-0.18f, 0.42f, 0}, {-0.24f, 0.16f, 0},
    {-0.25f, -0.06f, -0.04f}, {-0.25f, -0.13f, -0.05f}, {0.18f, 0.42f, 0}, {0.24f, 0.16f, 0}, {0.25f, -0.06f, -0.04f},
    {0.25f, -0.13f, -0.05f}, {-0.09f, -0.12f, 0}, {-0.10f, -0.50f, 0}, {-0.10f, -0.84f, 0.02f}, {-0.11f, -0.88f, -0.10f},
    {0.09f, -0.12f, 0}, {0.10f, -0.50f, 0}, {0.10f, -0.84f, 0.02f}, {0.11f, -0.88f, -0.10f}, {0, 0.45f, 0},
    {-0.25f, -0.20f, -0.06f}, {-0.21f, -0.15f, -0.08f}, {0.25f, -0.20f, -0.06f}, {0.21f, -0.15f, -0.08f},
};

static PointXYZ joint_at(int place, int joint, LONGLONG number)
{
    PointXYZ at = STANDING[joint];
    double turn = 0.2 * (double)number + place;
    if (joint == 10 || joint == 11 || joint == 23 || joint == 24) { /* the right hand waves */
        at.x += 0.15f * (float)sin(turn);
        at.y += 0.55f;
    }
    at.x += -1.5f + 0.6f * (float)place;
    at.z += 2.5f;
    return at;
}

static PointXY color_of(PointXYZ at)
{
    PointXY pixel = {-INFINITY, -INFINITY};
    if (at.z > 0) {
        pixel.x = 960.0f + 1060.0f * at.x / at.z;
        pixel.y = 540.0f - 1060.0f * at.y / at.z;
    }
    return pixel;
}

static LONGLONG ticks_of(LONGLONG number) { return START_TICKS + number * FRAME_TICKS; }

/* ---- objects */

static Object *made(Kind kind, Object *reader, LONGLONG number, int place)
{
    Object *one = calloc(1, sizeof *one);
    one->table = tables[kind];
    one->references = 1;
    one->kind = kind;
    one->reader = reader;
    one->number = number;
    one->place = place;
    one->newest = one->fetched = -1;
    if (reader) InterlockedIncrement(&reader->references);
    InterlockedIncrement(&live);
    return one;
}

static BOOL usable(Object *this)
{
    if (this->mark != DEAD) return TRUE;
    InterlockedIncrement(&used_after_release);
    return FALSE;
}

#define CHECKED(this) do { if (!usable(this)) return E_FAIL; } while (0)

static ULONG WINAPI release(Object *this);

static HRESULT WINAPI query_interface(Object *this, const GUID *wanted, void **out)
{
    (void)wanted; /* each object has one interface: whoever asks for it declares which */
    CHECKED(this);
    InterlockedIncrement(&this->references);
    *out = this;
    return S_OK;
}

static ULONG WINAPI add_reference(Object *this)
{
    return usable(this) ? (ULONG)InterlockedIncrement(&this->references) : 0;
}

static ULONG WINAPI release(Object *this)
{
    if (!usable(this)) return 0;
    LONG left = InterlockedDecrement(&this->references);
    if (left) return (ULONG)left;
    EnterCriticalSection(&lock);
    if (this->kind == COLOR_READER || this->kind == BODY_READER)
        for (int k = 0; k < MOST_READERS; k++)
            if (readers[k] == this) readers[k] = NULL;
    LeaveCriticalSection(&lock);
    if (this->event) CloseHandle(this->event);
    if (this->kind == COLOR_FRAME || this->kind == BODY_FRAME) InterlockedExchange(&this->reader->held, 0);
    if (this->reader) release(this->reader);
    this->mark = DEAD; /* kept: whoever uses it later is counted instead of crashing */
    InterlockedDecrement(&live);
    return 0;
}

static HRESULT WINAPI not_there(void) { return E_NOTIMPL; }

/* ---- the thread that sends */

static void announce(Kind kind, LONGLONG number)
{
    EnterCriticalSection(&lock);
    for (int k = 0; k < MOST_READERS; k++)
        if (readers[k] && readers[k]->kind == kind) {
            readers[k]->newest = number;
            if (readers[k]->event) SetEvent(readers[k]->event);
            InterlockedIncrement(kind == BODY_READER ? &sent_bodies : &sent_pictures);
        }
    LeaveCriticalSection(&lock);
}

static DWORD WINAPI send_all(void *unused)
{
    (void)unused;
    LARGE_INTEGER rate, began, now;
    QueryPerformanceFrequency(&rate);
    QueryPerformanceCounter(&began);
    LONGLONG late = late_ms * 10000LL / FRAME_TICKS;
    for (LONGLONG number = 0;; number++) {
        QueryPerformanceCounter(&now);
        double due_s = (double)number / 30.0 - (double)(now.QuadPart - began.QuadPart) / (double)rate.QuadPart;
        if (WaitForSingleObject(closing, due_s > 0 ? (DWORD)(due_s * 1e3) : 0) == WAIT_OBJECT_0) return 0;
        number_now = number;
        if (!plugged || (number >= unplug_from && number < unplug_to)) continue;
        if (number >= late) announce(COLOR_READER, number - late);
        announce(BODY_READER, number);
    }
}

/* ---- sensor */

static HRESULT WINAPI sensor_open(Object *this)
{
    CHECKED(this);
    EnterCriticalSection(&lock);
    if (!sender) {
        closing = CreateEventW(NULL, TRUE, FALSE, NULL);
        sender = CreateThread(NULL, 0, send_all, NULL, 0, NULL);
    }
    is_open = 1;
    LeaveCriticalSection(&lock);
    return S_OK;
}

static HRESULT WINAPI sensor_close(Object *this)
{
    CHECKED(this);
    HANDLE ended = sender;
    is_open = 0;
    if (ended) {
        SetEvent(closing);
        WaitForSingleObject(ended, INFINITE);
        CloseHandle(ended);
        CloseHandle(closing);
        sender = closing = NULL;
    }
    return S_OK;
}

static HRESULT WINAPI sensor_is_open(Object *this, BOOLEAN *out) { CHECKED(this); *out = is_open != 0; return S_OK; }

static HRESULT WINAPI sensor_is_available(Object *this, BOOLEAN *out)
{
    CHECKED(this);
    *out = plugged && is_open && !(number_now >= unplug_from && number_now < unplug_to);
    return S_OK;
}

static HRESULT WINAPI sensor_color(Object *this, Object **out)
{
    CHECKED(this);
    *out = made(COLOR_SOURCE, NULL, 0, 0);
    return S_OK;
}

static HRESULT WINAPI sensor_body(Object *this, Object **out)
{
    CHECKED(this);
    *out = made(BODY_SOURCE, NULL, 0, 0);
    return S_OK;
}

static HRESULT WINAPI sensor_plain(Object *this, Object **out)
{
    CHECKED(this);
    *out = made(PLAIN_SOURCE, NULL, 0, 1);
    return S_OK;
}

static HRESULT WINAPI sensor_mapper(Object *this, Object **out)
{
    CHECKED(this);
    *out = made(MAPPER, NULL, 0, 0);
    return S_OK;
}

/* ---- sources and readers */

static HRESULT WINAPI source_description(Object *this, Object **out)
{
    CHECKED(this);
    *out = made(DESCRIPTION, NULL, 0, this->place);
    return S_OK;
}

static HRESULT WINAPI description_width(Object *this, int *out)
{
    CHECKED(this);
    *out = this->place ? 512 : WIDTH;
    return S_OK;
}

static HRESULT WINAPI description_height(Object *this, int *out)
{
    CHECKED(this);
    *out = this->place ? 424 : HEIGHT;
    return S_OK;
}

static HRESULT WINAPI source_body_count(Object *this, int *out) { CHECKED(this); *out = MOST_BODIES; return S_OK; }

static HRESULT WINAPI source_reader(Object *this, Object **out)
{
    CHECKED(this);
    Object *reader = made(this->kind == COLOR_SOURCE ? COLOR_READER : BODY_READER, NULL, 0, 0);
    EnterCriticalSection(&lock);
    int k = 0;
    while (k < MOST_READERS && readers[k]) k++;
    if (k < MOST_READERS) readers[k] = reader;
    LeaveCriticalSection(&lock);
    *out = reader;
    return k < MOST_READERS ? S_OK : E_OUTOFMEMORY;
}

static HRESULT WINAPI reader_subscribe(Object *this, HANDLE *out)
{
    CHECKED(this);
    if (!this->event) this->event = CreateEventW(NULL, manual_reset, FALSE, NULL);
    *out = this->event;
    return S_OK;
}

static HRESULT WINAPI reader_unsubscribe(Object *this, HANDLE event) { (void)event; CHECKED(this); return S_OK; }

static HRESULT WINAPI reader_arrival(Object *this, HANDLE event, Object **out)
{
    CHECKED(this);
    (void)event;
    if (manual_reset) ResetEvent(this->event);
    *out = made(this->kind == COLOR_READER ? COLOR_ARRIVAL : BODY_ARRIVAL, this, this->newest, 0);
    return S_OK;
}

static HRESULT acquired(Object *reader, LONGLONG number, Object **out)
{
    HRESULT result = FAIL_PENDING;
    *out = NULL;
    EnterCriticalSection(&lock);
    if (number >= 0 && number == reader->newest && number != reader->fetched && !reader->held) {
        reader->held = 1;
        reader->fetched = number;
        result = S_OK;
    }
    LeaveCriticalSection(&lock);
    if (result == S_OK) *out = made(reader->kind == COLOR_READER ? COLOR_FRAME : BODY_FRAME, reader, number, 0);
    return result;
}

static HRESULT WINAPI reader_latest(Object *this, Object **out)
{
    CHECKED(this);
    return acquired(this, this->newest, out);
}

static HRESULT WINAPI arrival_reference(Object *this, Object **out)
{
    CHECKED(this);
    *out = made(this->kind == COLOR_ARRIVAL ? COLOR_REFERENCE : BODY_REFERENCE, this->reader, this->number, 0);
    return S_OK;
}

static HRESULT WINAPI reference_frame(Object *this, Object **out)
{
    CHECKED(this);
    return acquired(this->reader, this->number, out);
}

static HRESULT WINAPI relative_time(Object *this, LONGLONG *out)
{
    CHECKED(this);
    *out = ticks_of(this->number);
    return S_OK;
}

/* ---- frames */

static HRESULT WINAPI color_copy(Object *this, UINT capacity, BYTE *data, int format)
{
    CHECKED(this);
    if (capacity != WIDTH * HEIGHT * 4 || format != BGRA) return E_INVALIDARG;
    if (conversion_ms) Sleep((DWORD)conversion_ms);
    memset(data, 40 + (int)(this->number % 160), capacity);
    return S_OK;
}

static HRESULT WINAPI color_settings(Object *this, Object **out)
{
    CHECKED(this);
    *out = made(SETTINGS, NULL, this->number, 0);
    return S_OK;
}

static HRESULT WINAPI settings_interval(Object *this, LONGLONG *out) { CHECKED(this); *out = FRAME_TICKS; return S_OK; }

static HRESULT WINAPI body_refresh(Object *this, UINT capacity, Object **out)
{
    CHECKED(this);
    if (capacity != MOST_BODIES) return E_INVALIDARG;
    for (int k = 0; k < MOST_BODIES; k++) {
        if (!out[k]) out[k] = made(BODY, NULL, this->number, k);
        out[k]->number = this->number;
    }
    return S_OK;
}

static HRESULT WINAPI body_floor(Object *this, Four *out)
{
    CHECKED(this);
    Four plane = {0, 1, 0, 0.9f};
    *out = plane;
    return S_OK;
}

static HRESULT WINAPI body_tracked(Object *this, BOOLEAN *out) { CHECKED(this); *out = this->place < bodies; return S_OK; }

static HRESULT WINAPI body_id(Object *this, ULONGLONG *out)
{
    CHECKED(this);
    *out = 72057594037927936ULL + (ULONGLONG)this->place; /* beyond 2^53 */
    return S_OK;
}

static HRESULT WINAPI body_joints(Object *this, UINT capacity, Joint *out)
{
    CHECKED(this);
    if (capacity != JOINTS) return E_INVALIDARG;
    for (int j = 0; j < JOINTS; j++) {
        out[j].type = j;
        out[j].position = joint_at(this->place, j, this->number);
        out[j].state = 2;
    }
    return S_OK;
}

static HRESULT WINAPI body_orientations(Object *this, UINT capacity, Orientation *out)
{
    CHECKED(this);
    if (capacity != JOINTS) return E_INVALIDARG;
    for (int j = 0; j < JOINTS; j++) {
        Four none = {0, 0, 0, 1};
        out[j].type = j;
        out[j].orientation = none;
    }
    return S_OK;
}

static HRESULT WINAPI body_zero(Object *this, int *out) { CHECKED(this); *out = 0; return S_OK; }
static HRESULT WINAPI body_left_hand(Object *this, int *out) { CHECKED(this); *out = 2; return S_OK; }
static HRESULT WINAPI body_right_hand(Object *this, int *out) { CHECKED(this); *out = 3; return S_OK; }

static HRESULT WINAPI map_point(Object *this, PointXYZ at, PointXY *out) { CHECKED(this); *out = color_of(at); return S_OK; }

static HRESULT WINAPI map_points(Object *this, UINT count, const PointXYZ *at, UINT out_count, PointXY *out)
{
    CHECKED(this);
    if (count != out_count) return E_INVALIDARG;
    for (UINT k = 0; k < count; k++) out[k] = color_of(at[k]);
    return S_OK;
}

/* ---- tables: the numbers are those of the SDK's Kinect.h, counted after IUnknown's three */

static void put(Kind kind, int slot, void *function) { tables[kind][3 + slot] = function; }

static void fill_tables(void)
{
    for (int kind = 0; kind < KINDS; kind++) {
        tables[kind][0] = query_interface;
        tables[kind][1] = add_reference;
        tables[kind][2] = release;
        for (int slot = 0; slot < MOST_SLOTS; slot++) put(kind, slot, not_there);
    }
    put(SENSOR, 3, sensor_open);
    put(SENSOR, 4, sensor_close);
    put(SENSOR, 5, sensor_is_open);
    put(SENSOR, 6, sensor_is_available);
    put(SENSOR, 7, sensor_color);
    put(SENSOR, 8, sensor_plain); /* depth */
    put(SENSOR, 9, sensor_body);
    put(SENSOR, 10, sensor_plain); /* body index */
    put(SENSOR, 11, sensor_plain); /* infrared */
    put(SENSOR, 15, sensor_mapper);
    put(COLOR_SOURCE, 4, source_reader);
    put(COLOR_SOURCE, 6, source_description);
    put(BODY_SOURCE, 4, source_body_count);
    put(BODY_SOURCE, 5, source_reader);
    put(PLAIN_SOURCE, 5, source_description); /* body index, infrared */
    put(PLAIN_SOURCE, 7, source_description); /* depth */
    put(DESCRIPTION, 0, description_width);
    put(DESCRIPTION, 1, description_height);
    for (Kind kind = COLOR_READER; kind <= BODY_READER; kind++) {
        put(kind, 0, reader_subscribe);
        put(kind, 1, reader_unsubscribe);
        put(kind, 2, reader_arrival);
        put(kind, 3, reader_latest);
    }
    for (Kind kind = COLOR_ARRIVAL; kind <= BODY_ARRIVAL; kind++) put(kind, 0, arrival_reference);
    for (Kind kind = COLOR_REFERENCE; kind <= BODY_REFERENCE; kind++) {
        put(kind, 0, reference_frame);
        put(kind, 1, relative_time);
    }
    put(COLOR_FRAME, 4, color_copy);
    put(COLOR_FRAME, 6, color_settings);
    put(COLOR_FRAME, 7, relative_time);
    put(SETTINGS, 1, settings_interval);
    put(BODY_FRAME, 0, body_refresh);
    put(BODY_FRAME, 1, body_floor);
    put(BODY_FRAME, 2, relative_time);
    put(BODY, 0, body_joints);
    put(BODY, 1, body_orientations);
    put(BODY, 2, body_zero); /* engaged */
    put(BODY, 6, body_left_hand);
    put(BODY, 7, body_zero);
    put(BODY, 8, body_right_hand);
    put(BODY, 9, body_zero);
    put(BODY, 10, body_zero); /* clipped edges */
    put(BODY, 11, body_id);
    put(BODY, 12, body_tracked);
    put(BODY, 15, body_zero); /* state of the lean */
    put(MAPPER, 4, map_point);
    put(MAPPER, 8, map_points);
}

static int setting(const char *script, const char *name, int otherwise)
{
    char wanted[40];
    snprintf(wanted, sizeof wanted, "%s=", name);
    const char *found = strstr(script, wanted);
    return found ? atoi(found + strlen(wanted)) : otherwise;
}

static void read_script(const char *script)
{
    bodies = setting(script, "bodies", 2);
    plugged = setting(script, "plugged", 1);
    conversion_ms = setting(script, "conversion_ms", 0);
    late_ms = setting(script, "late_ms", 0);
    unplug_from = setting(script, "unplug_from", -1);
    unplug_to = setting(script, "unplug_to", -1);
    manual_reset = strstr(script, "reset=manual") != NULL;
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, void *reserved)
{
    (void)reserved;
    if (reason == DLL_PROCESS_ATTACH) {
        DisableThreadLibraryCalls(module);
        InitializeCriticalSection(&lock);
        fill_tables();
        char script[400] = "";
        GetEnvironmentVariableA("KINECT_DOUBLE", script, sizeof script);
        read_script(script);
    }
    return TRUE;
}

EXPORT HRESULT WINAPI GetDefaultKinectSensor(Object **out)
{
    *out = made(SENSOR, NULL, 0, 0);
    return S_OK;
}

/* What it does from the next opening on, in place of the environment variable. */
EXPORT void WINAPI KinectDoubleScript(const char *script)
{
    read_script(script);
    sent_bodies = sent_pictures = 0;
}

/* For whoever checks: objects that live, uses after release, bodies and pictures that were announced. */
EXPORT void WINAPI KinectDoubleCounts(LONG *out)
{
    out[0] = live;
    out[1] = used_after_release;
    out[2] = sent_bodies;
    out[3] = sent_pictures;
}
