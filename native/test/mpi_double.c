/*
 * A double of an MPI library for the tests of Gatun's transport: the functions that it calls, between processes of one
 * machine, over a file that they map. It is strict where libraries are lenient: what a program must not do ends it,
 * with a line that begins with "mpi double:". It is never shipped.
 *
 * MPI_DOUBLE_FLAVOUR   1: handles as in Open MPI, 2: as in MPICH, 3: those of the standard ABI of MPI 5
 *
 * Read from the environment:
 * MPI_DOUBLE_FILE      the file, which rank 0 makes and all ranks share
 * MPI_DOUBLE_RANK, MPI_DOUBLE_SIZE
 * MPI_DOUBLE_LEVEL     the thread level that MPI_Init_thread offers, as a number; what was asked for otherwise
 * MPI_DOUBLE_FAIL      "MPI_Isend 3": the third call of that function fails, in the class "other"
 * MPI_DOUBLE_LOSE      "MPI_Isend 3": the third message is sent a byte too long, so that its receiver fails
 * MPI_DOUBLE_DEAF      this rank moves no byte, whatever it is asked
 * MPI_DOUBLE_STUCK     "MPI_Init_thread" or "MPI_Finalize" never returns
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { most_ranks = 8, ring_bytes = 1 << 16, most_requests = 256 };

/* ---- what differs from family to family ------------------------------------------------------------------------ */

#if MPI_DOUBLE_FLAVOUR == 1
typedef void* handle;
typedef struct { int source, tag, error, cancelled; size_t bytes; } status;
#define VERSION "Open MPI v0.0, a double for tests\nsecond line"
#define SERIALIZED 2
#define IN_PLACE ((const void*)1)
char ompi_mpi_comm_world[64], ompi_mpi_comm_self[64], ompi_mpi_byte[64], ompi_mpi_float[64], ompi_mpi_op_sum[64];
char ompi_mpi_errors_return[64], ompi_request_null[64];
#define WORLD ((handle)ompi_mpi_comm_world)
#define SELF ((handle)ompi_mpi_comm_self)
#define BYTE ((handle)ompi_mpi_byte)
#define FLOAT ((handle)ompi_mpi_float)
#define SUM ((handle)ompi_mpi_op_sum)
#define ERRORS_RETURN ((handle)ompi_mpi_errors_return)
#define REQUEST_NULL ((handle)ompi_request_null)
enum { err_count = 2, err_type = 3, err_tag = 4, err_comm = 5, err_rank = 6, err_request = 7, err_op = 10,
       err_truncate = 15, err_other = 16, err_in_status = 18, err_pending = 19 };
#elif MPI_DOUBLE_FLAVOUR == 2
typedef int handle;
typedef struct { int low, high, source, tag, error; } status;
#define VERSION "MPICH Version:      0.0, a double for tests\nsecond line"
#define SERIALIZED 2
#define IN_PLACE ((const void*)-1)
#define WORLD 0x44000000
#define SELF 0x44000001
#define BYTE 0x4c00010d
#define FLOAT 0x4c00040a
#define SUM 0x58000003
#define ERRORS_RETURN 0x54000001
#define REQUEST_NULL 0x2c000000
enum { err_count = 2, err_type = 3, err_tag = 4, err_comm = 5, err_rank = 6, err_op = 9, err_truncate = 14,
       err_other = 15, err_in_status = 17, err_pending = 18, err_request = 19 };
#elif MPI_DOUBLE_FLAVOUR == 3
typedef struct opaque* handle;
typedef struct { int source, tag, error, reserved[5]; } status;
#define VERSION "a double of MPI for tests\nsecond line"
#define SERIALIZED 2048
#define IN_PLACE ((const void*)1)
#define WORLD ((handle)0x101)
#define SELF ((handle)0x102)
#define BYTE ((handle)0x247)
#define FLOAT ((handle)0x210)
#define SUM ((handle)0x21)
#define ERRORS_RETURN ((handle)0x143)
#define REQUEST_NULL ((handle)0x180)
enum { err_count = 2, err_type = 3, err_tag = 4, err_comm = 5, err_rank = 6, err_request = 7, err_op = 10,
       err_truncate = 15, err_other = 16, err_pending = 18, err_in_status = 19 };
#else
#error "MPI_DOUBLE_FLAVOUR is 1, 2 or 3"
#endif

/* ---- the memory that ranks share -------------------------------------------------------------------------------- */

typedef struct {
    _Atomic uint64_t written, read;
    unsigned char bytes[ring_bytes];
} ring;

typedef struct {
    _Atomic int arrived, ended;
    ring rings[most_ranks][most_ranks]; /* from, to */
} shared_memory;

typedef struct {
    int tag, is_sum;
    uint64_t bytes;
} frame;

static shared_memory* shared;
static int rank, size;

static size_t put(ring* to, const void* from, size_t bytes) {
    uint64_t written = atomic_load(&to->written), room = ring_bytes - (written - atomic_load(&to->read));
    if (bytes > room) bytes = room;
    for (size_t i = 0; i < bytes; i++) to->bytes[(written + i) % ring_bytes] = ((const unsigned char*)from)[i];
    atomic_store(&to->written, written + bytes);
    return bytes;
}

static size_t look(ring* from, void* to, size_t bytes) {
    uint64_t read = atomic_load(&from->read), there = atomic_load(&from->written) - read;
    if (bytes > there) bytes = there;
    for (size_t i = 0; i < bytes; i++) ((unsigned char*)to)[i] = from->bytes[(read + i) % ring_bytes];
    return bytes;
}

static size_t take(ring* from, void* to, size_t bytes) {
    bytes = look(from, to, bytes);
    atomic_fetch_add(&from->read, bytes);
    return bytes;
}

/* ---- what a program must not do --------------------------------------------------------------------------------- */

static void misuse(const char* what) {
    fprintf(stderr, "mpi double: %s\n", what);
    fflush(stderr);
    _exit(70);
}

enum { before, running, over };
static _Atomic int stage = before;
static _Atomic int inside;
static bool errors_return;
static pthread_t main_thread;
static int level;

static const char* setting(const char* name) {
    const char* value = getenv(name);
    return value != NULL ? value : "";
}

static int number(const char* name, int otherwise) {
    return *setting(name) != 0 ? atoi(setting(name)) : otherwise;
}

/* Whether a setting names this call of a function. */
static bool is_due(const char* name, const char* function, int* calls) {
    size_t length = strlen(function);
    if (strncmp(setting(name), function, length) != 0 || setting(name)[length] != ' ') return false;
    return ++*calls == atoi(setting(name) + length + 1);
}

static int enter(const char* function) {
    static int calls;
    char text[128];
    if (stage != running) {
        snprintf(text, sizeof text, "%s was called %s", function, stage == before ? "before MPI_Init_thread"
                : "after MPI_Finalize");
        misuse(text);
    }
    if (atomic_fetch_add(&inside, 1) != 0) misuse("two threads called at once, beyond MPI_THREAD_SERIALIZED");
    if (level < SERIALIZED && !pthread_equal(pthread_self(), main_thread)) misuse("a second thread called");
    return is_due("MPI_DOUBLE_FAIL", function, &calls) ? err_other : 0;
}

/* A status has bits beyond its class, as in MPICH. */
static int leave(int class) {
    atomic_fetch_sub(&inside, 1);
    if (class == 0) return 0;
    if (!errors_return) misuse("an error, and MPI_ERRORS_RETURN was not set");
    return class == err_in_status ? class : class | 0x100;
}

/* ---- requests --------------------------------------------------------------------------------------------------- */

typedef enum { none, sending, receiving, summing } kind;

typedef struct {
    kind what;
    bool done, cancelled, forgotten, head_moved;
    int peer, tag, error;
    char* memory;
    uint64_t bytes, moved, order;
    /* of a sum */
    char* parts[most_ranks];
    uint64_t sent[most_ranks], received[most_ranks];
    bool heads_sent[most_ranks], heads_received[most_ranks];
} request;

static request requests[most_requests];
static uint64_t begun;

static handle to_handle(request* of) {
#if MPI_DOUBLE_FLAVOUR == 1
    return of;
#elif MPI_DOUBLE_FLAVOUR == 2
    return (int)(0x98000000u | (unsigned)(of - requests));
#else
    return (handle)(uintptr_t)(0x1000 + (of - requests));
#endif
}

static request* to_request(handle of) {
    for (int i = 0; i < most_requests; i++)
        if (requests[i].what != none && !requests[i].forgotten && to_handle(&requests[i]) == of) return &requests[i];
    return NULL;
}

static request* begin(kind what, int peer, int tag, void* memory, uint64_t bytes) {
    for (int i = 0; i < most_requests; i++) {
        request* it = &requests[i];
        if (it->what == none) {
            memset(it, 0, sizeof *it);
            it->what = what;
            it->peer = peer;
            it->tag = tag;
            it->memory = memory;
            it->bytes = bytes;
            it->order = begun++;
            return it;
        }
    }
    misuse("there are more requests than a program of this kind needs");
    return NULL;
}

static int open_requests(void) {
    int open = 0;
    for (int i = 0; i < most_requests; i++) open += requests[i].what != none && !requests[i].forgotten;
    return open;
}

static void release(request* it) {
    for (int i = 0; i < most_ranks; i++) free(it->parts[i]);
    it->what = none;
}

/* The request that was begun first of those to do for a peer. */
static request* oldest(kind what, int peer, int tag, bool any_tag) {
    request* first = NULL;
    for (int i = 0; i < most_requests; i++) {
        request* it = &requests[i];
        if (it->what == what && !it->done && (what == summing || it->peer == peer) && (any_tag || it->tag == tag)
                && (first == NULL || it->order < first->order)) first = it;
    }
    return first;
}

static bool push(ring* to, bool* head_sent, frame head, const char* memory, uint64_t* moved, uint64_t bytes) {
    if (!*head_sent) {
        if (ring_bytes - (atomic_load(&to->written) - atomic_load(&to->read)) < sizeof head) return false;
        put(to, &head, sizeof head);
        *head_sent = true;
    }
    *moved += put(to, memory + *moved, bytes - *moved);
    return *moved == bytes;
}

static void push_to(int peer) {
    ring* to = &shared->rings[rank][peer];
    request* it = oldest(sending, peer, 0, true);
    request* sum = oldest(summing, 0, 0, true);
    if (it != NULL && (sum == NULL || it->order < sum->order || sum->sent[peer] == sum->bytes)) {
        static int calls;
        if (!it->head_moved && is_due("MPI_DOUBLE_LOSE", "MPI_Isend", &calls)) it->bytes++;
        frame head = {it->tag, 0, it->bytes};
        it->done = push(to, &it->head_moved, head, it->memory, &it->moved, it->bytes);
        if (it->done && it->forgotten) release(it);
    } else if (sum != NULL && sum->sent[peer] < sum->bytes) {
        frame head = {0, 1, sum->bytes};
        push(to, &sum->heads_sent[peer], head, sum->parts[rank], &sum->sent[peer], sum->bytes);
    }
}

/* The message from each rank that is being taken from its ring. */
static struct { bool inside; frame head; request* into; uint64_t skipped; } state[most_ranks];

static void pull_from(int peer) {
    ring* from = &shared->rings[peer][rank];
    if (!state[peer].inside) {
        frame head;
        if (look(from, &head, sizeof head) < sizeof head) return;
        request* into = oldest(head.is_sum ? summing : receiving, peer, head.tag, head.is_sum != 0);
        if (into == NULL || (head.is_sum && into->received[peer] == into->bytes)) return; /* it stays until wanted */
        take(from, &head, sizeof head);
        state[peer].inside = true;
        state[peer].head = head;
        state[peer].into = into;
        state[peer].skipped = 0;
        into->head_moved = true;
        if (head.bytes > into->bytes) into->error = err_truncate;
        if (!head.is_sum && head.bytes < into->bytes) into->bytes = head.bytes;
    }
    request* into = state[peer].into;
    char* memory = state[peer].head.is_sum ? into->parts[peer] : into->memory;
    uint64_t* moved = state[peer].head.is_sum ? &into->received[peer] : &into->moved;
    *moved += take(from, memory + *moved, into->bytes - *moved);
    if (*moved == into->bytes) {
        char waste;
        while (state[peer].skipped + into->bytes < state[peer].head.bytes && take(from, &waste, 1) == 1)
            state[peer].skipped++;
        if (state[peer].skipped + into->bytes >= state[peer].head.bytes) {
            state[peer].inside = false;
            if (!state[peer].head.is_sum) into->done = true;
        }
    }
}

/* Adds from the last rank to the first: another order than anybody may rely on. */
static void end_sum(void) {
    request* it = oldest(summing, 0, 0, true);
    if (it == NULL) return;
    for (int peer = 0; peer < size; peer++)
        if (peer != rank && (it->sent[peer] < it->bytes || it->received[peer] < it->bytes)) return;
    for (uint64_t i = 0; i < it->bytes / sizeof(float); i++) {
        float sum = ((float*)it->parts[size - 1])[i];
        for (int peer = size - 2; peer >= 0; peer--) sum += ((float*)it->parts[peer])[i];
        ((float*)it->memory)[i] = sum;
    }
    it->done = true;
}

static void move(void) {
    if (*setting("MPI_DOUBLE_DEAF") != 0) return;
    for (int peer = 0; peer < size; peer++)
        if (peer != rank) {
            push_to(peer);
            pull_from(peer);
        }
    end_sum();
}

/* ---- the functions ---------------------------------------------------------------------------------------------- */

int MPI_Get_library_version(char* version, int* length) {
    strcpy(version, VERSION);
    *length = (int)strlen(version);
    return 0;
}

#if MPI_DOUBLE_FLAVOUR == 3
int MPI_Abi_get_version(int* major, int* minor) {
    *major = 1;
    *minor = 0;
    return 0;
}
#endif

int MPI_Initialized(int* flag) {
    *flag = stage != before;
    return 0;
}

static void at_exit(void) {
    if (stage == running) {
        fprintf(stderr, "mpi double: the process ends without MPI_Finalize, with %d requests\n", open_requests());
    }
}

int MPI_Init_thread(int* argc, char*** argv, int required, int* provided) {
    if (stage != before) misuse("MPI_Init_thread was called twice");
    if (argc != NULL || argv != NULL) misuse("MPI_Init_thread got arguments, which a JVM has not");
    if (required < SERIALIZED) misuse("MPI_Init_thread was asked for less than MPI_THREAD_SERIALIZED");
    while (strcmp(setting("MPI_DOUBLE_STUCK"), "MPI_Init_thread") == 0) usleep(10000);
    rank = number("MPI_DOUBLE_RANK", 0);
    size = number("MPI_DOUBLE_SIZE", 1);
    if (size < 1 || size > most_ranks || rank < 0 || rank >= size) misuse("MPI_DOUBLE_RANK and _SIZE do not fit");
    const char* name = *setting("MPI_DOUBLE_FILE") != 0 ? setting("MPI_DOUBLE_FILE") : "/dev/zero";
    int file = open(name, O_RDWR | O_CREAT, 0600);
    if (file < 0 || (strcmp(name, "/dev/zero") != 0 && ftruncate(file, sizeof *shared) != 0))
        misuse("MPI_DOUBLE_FILE cannot be made");
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (shared == MAP_FAILED) misuse("MPI_DOUBLE_FILE cannot be mapped");
    close(file);
    main_thread = pthread_self();
    level = number("MPI_DOUBLE_LEVEL", required);
    *provided = level;
    stage = running;
    atexit(at_exit);
    atomic_fetch_add(&shared->arrived, 1);
    while (atomic_load(&shared->arrived) < size) usleep(500);
    return 0;
}

int MPI_Finalize(void) {
    if (!pthread_equal(pthread_self(), main_thread)) misuse("MPI_Finalize was called by another thread than the first");
    enter("MPI_Finalize");
    while (strcmp(setting("MPI_DOUBLE_STUCK"), "MPI_Finalize") == 0) usleep(10000);
    if (open_requests() > 0) misuse("MPI_Finalize with requests that were never completed");
    atomic_fetch_add(&shared->ended, 1);
    while (atomic_load(&shared->ended) < size) usleep(500); /* as libraries do: it waits for all */
    stage = over;
    fprintf(stderr, "mpi double: finalized\n");
    return leave(0);
}

int MPI_Comm_set_errhandler(handle comm, handle handler) {
    int error = enter("MPI_Comm_set_errhandler");
    if (comm != WORLD && comm != SELF) misuse("MPI_Comm_set_errhandler got no communicator");
    if (handler != ERRORS_RETURN) misuse("MPI_Comm_set_errhandler got another handler than MPI_ERRORS_RETURN");
    errors_return = errors_return || comm == WORLD;
    return leave(error);
}

static int of_world(const char* function, handle comm, int* result, int value) {
    int error = enter(function);
    if (!errors_return) misuse("a call before MPI_Comm_set_errhandler");
    if (error == 0 && comm != WORLD) error = err_comm;
    *result = value;
    return leave(error);
}

int MPI_Comm_rank(handle comm, int* result) {
    return of_world("MPI_Comm_rank", comm, result, rank);
}

int MPI_Comm_size(handle comm, int* result) {
    return of_world("MPI_Comm_size", comm, result, size);
}

int MPI_Error_class(int code, int* class) {
    *class = code & 0xff;
    return 0;
}

int MPI_Error_string(int code, char* text, int* length) {
    *length = sprintf(text, "words of the double\n for class %d", code & 0xff);
    return 0;
}

static int check(const char* function, int count, handle type, int peer, int tag, handle comm) {
    int error = enter(function);
    if (!errors_return) misuse("a call before MPI_Comm_set_errhandler");
    if (error != 0) return error;
    if (count < 0) return err_count;
    if (type != BYTE) return err_type;
    if (peer < 0 || peer >= size || peer == rank) return err_rank;
    if (tag < 0) return err_tag;
    return comm != WORLD ? err_comm : 0;
}

int MPI_Isend(const void* memory, int count, handle type, int peer, int tag, handle comm, handle* result) {
    int error = check("MPI_Isend", count, type, peer, tag, comm);
    if (error == 0) *result = to_handle(begin(sending, peer, tag, (void*)(uintptr_t)memory, (uint64_t)count));
    return leave(error);
}

int MPI_Irecv(void* memory, int count, handle type, int peer, int tag, handle comm, handle* result) {
    int error = check("MPI_Irecv", count, type, peer, tag, comm);
    if (error == 0) *result = to_handle(begin(receiving, peer, tag, memory, (uint64_t)count));
    return leave(error);
}

int MPI_Iprobe(int peer, int tag, handle comm, int* flag, status* found) {
    int error = check("MPI_Iprobe", 0, BYTE, peer, tag, comm);
    if (error == 0) {
        move();
        frame head;
        *flag = !state[peer].inside && look(&shared->rings[peer][rank], &head, sizeof head) == sizeof head
                && !head.is_sum && head.tag == tag;
        if (*flag) {
            memset(found, 0, sizeof *found);
            found->source = peer;
            found->tag = tag;
        }
    }
    return leave(error);
}

int MPI_Iallreduce(const void* from, void* memory, int count, handle type, handle op, handle comm, handle* result) {
    int error = enter("MPI_Iallreduce");
    if (from != IN_PLACE) misuse("MPI_Iallreduce was not called with MPI_IN_PLACE");
    if (error == 0) error = count < 0 ? err_count : type != FLOAT ? err_type : op != SUM ? err_op
            : comm != WORLD ? err_comm : 0;
    if (error == 0) {
        request* it = begin(summing, -1, 0, memory, (uint64_t)count * sizeof(float));
        for (int peer = 0; peer < size; peer++)
            if ((it->parts[peer] = malloc(it->bytes + 1)) == NULL) misuse("no memory");
        memcpy(it->parts[rank], memory, it->bytes);
        *result = to_handle(it);
    }
    return leave(error);
}

int MPI_Testall(int count, handle* handles, int* flag, status* statuses) {
    int error = enter("MPI_Testall");
    if (error != 0) return leave(error);
    if (count < 0) return leave(err_count);
    move();
    bool done = true, failed = false;
    for (int i = 0; i < count; i++) {
        if (handles[i] == REQUEST_NULL) continue;
        request* it = to_request(handles[i]);
        if (it == NULL) misuse("MPI_Testall got a request that there is not");
        done = done && it->done;
        failed = failed || (it->done && it->error != 0);
    }
    *flag = done && !failed;
    if (!done && !failed) return leave(0);
    for (int i = 0; i < count; i++) {
        memset(&statuses[i], 0, sizeof statuses[i]);
        if (handles[i] == REQUEST_NULL) continue;
        request* it = to_request(handles[i]);
        statuses[i].source = it->peer;
        statuses[i].tag = it->tag;
        statuses[i].error = it->error != 0 ? it->error | 0x100 : it->done ? 0 : err_pending;
        if (it->done) {
            release(it);
            handles[i] = REQUEST_NULL;
        }
    }
    return leave(failed ? err_in_status : 0);
}

int MPI_Cancel(handle* of) {
    int error = enter("MPI_Cancel");
    request* it = *of == REQUEST_NULL ? NULL : to_request(*of);
    if (error != 0 || it == NULL) return leave(error != 0 ? error : err_request);
    if (it->what == summing) misuse("MPI_Cancel of a collective operation");
    if (it->what == receiving && !it->head_moved) it->done = it->cancelled = true;
    return leave(0);
}

int MPI_Request_free(handle* of) {
    int error = enter("MPI_Request_free");
    request* it = *of == REQUEST_NULL ? NULL : to_request(*of);
    if (error != 0 || it == NULL) return leave(error != 0 ? error : err_request);
    if (it->what != sending) misuse("MPI_Request_free of what is not a send");
    if (it->done) release(it);
    else it->forgotten = true;
    *of = REQUEST_NULL;
    return leave(0);
}
