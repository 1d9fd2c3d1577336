// Items of work that threads take as they become free: what an item computes depends on the item alone, so that the
// result does not depend on who computed it.
#ifndef GATUN_CPU_EACH_H
#define GATUN_CPU_EACH_H

#include <stdint.h>

#include "cpu/openmp.h"

namespace gatun {

// Calls body(item, thread) once for each item; thread < omp_get_max_threads() has memory of its own.
template <typename Body>
void parallel_each(int64_t items, const Body &body)
{
    if (items < 2 || omp_get_max_threads() == 1) {
        for (int64_t item = 0; item < items; ++item) {
            body(item, static_cast<int64_t>(0));
        }
        return;
    }
    struct Work {
        int64_t items;
        int64_t next;
        const Body *body;
    };
    Work work = {items, 0, &body};
    GOMP_parallel(
        [](void *data) {
            Work &shared = *static_cast<Work *>(data);
            const int64_t thread = omp_get_thread_num();
            for (;;) {
                const int64_t item = __atomic_fetch_add(&shared.next, 1, __ATOMIC_RELAXED);
                if (item >= shared.items) {
                    return;
                }
                (*shared.body)(item, thread);
            }
        },
        &work, 0, 0);
}

}  // namespace gatun

#endif
