// Static splits of work over the OpenMP threads.
#ifndef GATUN_CPU_PARALLEL_H
#define GATUN_CPU_PARALLEL_H

#include <stdint.h>

#include "cpu/openmp.h"

namespace gatun {

// Below this many elements, starting a team costs more than it saves.
constexpr int64_t serial_elements = 32768;

// Boundaries between threads lie on multiples of this by default: a cache line of f32, and whole Philox counters.
constexpr int64_t split_elements = 16;

// Thread's share [begin, end) of elements.
struct Share {
    int64_t begin;
    int64_t end;
};

template <int64_t unit>
Share share_of(int64_t elements, int64_t thread, int64_t threads)
{
    const int64_t blocks = elements / unit;
    const int64_t quotient = blocks / threads;
    const int64_t remainder = blocks % threads;
    const int64_t extra = thread < remainder ? thread : remainder;
    const int64_t begin = (thread * quotient + extra) * unit;
    const int64_t count = (quotient + (thread < remainder ? 1 : 0)) * unit;
    return {begin, thread == threads - 1 ? elements : begin + count};
}

// Calls body(begin, end) so that [0, elements) is covered once, on the calling thread where little is to be done. All
// boundaries but the end are multiples of unit.
// The team is all threads or none: libgomp would end and restart threads were its size to change from call to call.
template <int64_t unit = split_elements, typename Body>
void parallel_split(int64_t elements, const Body &body)
{
    if (elements < serial_elements || omp_get_max_threads() == 1) {
        body(static_cast<int64_t>(0), elements);
        return;
    }
    struct Work {
        int64_t elements;
        const Body *body;
    };
    Work work = {elements, &body};
    GOMP_parallel(
        [](void *data) {
            const Work &mine = *static_cast<const Work *>(data);
            const Share share = share_of<unit>(mine.elements, omp_get_thread_num(), omp_get_num_threads());
            (*mine.body)(share.begin, share.end);
        },
        &work, 0, 0);
}

// The columns of a tensor (outer, rows, inner), each of which one thread has to itself: calls body(block, offset,
// width) so that all are covered once, columns offset to offset + width of inner in the given block of outer at a time.
// Elements say how much there is to do.
template <typename Body>
void parallel_columns(int64_t outer, int64_t inner, int64_t elements, const Body &body)
{
    const int64_t columns = outer * inner;
    parallel_split(elements, [&](int64_t begin, int64_t end) {
        const int64_t first = static_cast<int64_t>(static_cast<__int128>(columns) * begin / elements);
        const int64_t last = static_cast<int64_t>(static_cast<__int128>(columns) * end / elements);
        for (int64_t column = first; column < last;) {
            const int64_t block = column / inner;
            const int64_t offset = column - block * inner;
            const int64_t width = inner - offset < last - column ? inner - offset : last - column;
            body(block, offset, width);
            column += width;
        }
    });
}

}  // namespace gatun

#endif
