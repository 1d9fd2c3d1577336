// Splits of a sum that do not depend on the threads: the work is cut into chunks by its length alone, a thread takes
// whole chunks, and the chunks' sums are added in their order.
#ifndef GATUN_CPU_CHUNKS_H
#define GATUN_CPU_CHUNKS_H

#include <stdint.h>

#include "cpu/parallel.h"

namespace gatun {

// So few that their sums fit on the stack, so many that threads find equal shares.
constexpr int64_t most_chunks = 256;
constexpr int64_t smallest_chunk = 8192;

struct Chunks {
    int64_t elements;
    int64_t length;  // of every chunk but the last
    int64_t count;   // <= most_chunks

    explicit Chunks(int64_t all) : elements(all)
    {
        // A multiple of the smallest: chunks of a long run begin where blocks of a pass do.
        const int64_t units = all / (smallest_chunk * most_chunks) + 1;
        length = units * smallest_chunk;
        count = all / length + (all % length != 0 ? 1 : 0);
    }
};

// Calls body(chunk, begin, end) once for each chunk.
template <typename Body>
void parallel_chunks(const Chunks &chunks, const Body &body)
{
    const auto some = [&](int64_t from, int64_t to) {
        for (int64_t chunk = from; chunk < to; ++chunk) {
            const int64_t begin = chunk * chunks.length;
            const int64_t rest = chunks.elements - begin;
            body(chunk, begin, begin + (rest < chunks.length ? rest : chunks.length));
        }
    };
    if (chunks.elements < serial_elements || omp_get_max_threads() == 1) {
        some(0, chunks.count);
        return;
    }
    struct Work {
        int64_t count;
        const decltype(some) *body;
    };
    Work work = {chunks.count, &some};
    GOMP_parallel(
        [](void *data) {
            const Work &mine = *static_cast<const Work *>(data);
            const int64_t thread = omp_get_thread_num();
            const int64_t threads = omp_get_num_threads();
            (*mine.body)(mine.count * thread / threads, mine.count * (thread + 1) / threads);
        },
        &work, 0, 0);
}

}  // namespace gatun

#endif
