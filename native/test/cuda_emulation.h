// Enough of CUDA to run its kernels on the CPU, compiled by the host's compiler from the same text: a fiber for each
// thread of a block, one block after another. It shows what indexes, tails, reductions, alignment and barriers do; it
// says nothing about speed, about what the device's compiler makes of the text, or about the order of memory accesses
// between blocks. A warp runs as far as it can, to a barrier of the block or its end, before the next one does, and
// lanes take turns at the warp's barriers; upwards in one launch, downwards in the next. So what is read too early, or
// written too early, shows. (The address sanitizer finds accesses outside a slab here, but warns about fibers.)
#ifndef GATUN_TEST_CUDA_EMULATION_H
#define GATUN_TEST_CUDA_EMULATION_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

#include <algorithm>
#include <functional>
#include <vector>

#define __global__
#define __device__
#define __host__
#define __shared__ static
#define __forceinline__ inline
#define __launch_bounds__(threads)

struct EmulatedDimension {
    unsigned x;
};

inline EmulatedDimension threadIdx, blockIdx, gridDim;

namespace emulation {

constexpr unsigned block_threads = 256;
constexpr unsigned warp_threads = 32;
constexpr size_t stack_bytes = 1 << 18;

struct Fiber {
    ucontext_t context;
    std::vector<char> stack = std::vector<char>(stack_bytes);
    bool running;
};

struct Barrier {
    unsigned arrived;
    unsigned passed;  // how often
};

inline std::vector<Fiber> fibers(block_threads);
inline ucontext_t scheduler;
inline const std::function<void()> *kernel;
inline Barrier of_block, of_warp[block_threads / warp_threads];
inline uint64_t exchanged[block_threads];
inline uint64_t progress;

inline void to_scheduler()
{
    swapcontext(&fibers[threadIdx.x].context, &scheduler);
}

inline void run_fiber()
{
    (*kernel)();
    fibers[threadIdx.x].running = false;
    ++progress;
    to_scheduler();
}

inline void wait(Barrier &barrier, unsigned threads)
{
    ++progress;
    if (++barrier.arrived == threads) {
        barrier.arrived = 0;
        ++barrier.passed;
        return;
    }
    for (const unsigned before = barrier.passed; barrier.passed == before;) {
        to_scheduler();
    }
}

inline void run(unsigned thread)
{
    threadIdx.x = thread;
    Fiber &fiber = fibers[thread];
    if (fiber.running) {
        swapcontext(&scheduler, &fiber.context);
    }
}

// Runs each warp, one after another, as far as it gets.
inline void run_warps(bool upwards)
{
    for (unsigned first = 0; first < block_threads; first += warp_threads) {
        for (uint64_t before = progress - 1; progress != before;) {
            before = progress;
            for (unsigned i = first; i < first + warp_threads; ++i) {
                run(upwards ? i : block_threads - 1 - i);
            }
        }
    }
}

inline bool any_running()
{
    return std::any_of(fibers.begin(), fibers.end(), [](const Fiber &fiber) { return fiber.running; });
}

// Runs body once for every thread of every block, or of those from first on.
inline void launch(unsigned blocks, const std::function<void()> &body, unsigned first = 0)
{
    static bool upwards = false;
    upwards = !upwards;
    kernel = &body;
    gridDim.x = blocks;
    for (blockIdx.x = first; blockIdx.x < blocks; ++blockIdx.x) {
        for (Fiber &fiber : fibers) {
            getcontext(&fiber.context);
            fiber.context.uc_stack.ss_sp = fiber.stack.data();
            fiber.context.uc_stack.ss_size = stack_bytes;
            fiber.context.uc_link = nullptr;
            makecontext(&fiber.context, run_fiber, 0);
            fiber.running = true;
        }
        while (any_running()) {
            const uint64_t before = progress;
            run_warps(upwards);
            if (progress == before) {
                fprintf(stderr, "block %u: some threads wait at a barrier that others never reach\n", blockIdx.x);
                abort();
            }
        }
    }
}

}  // namespace emulation

inline void __syncthreads()
{
    emulation::wait(emulation::of_block, emulation::block_threads);
}

inline void __syncwarp()
{
    emulation::wait(emulation::of_warp[threadIdx.x / emulation::warp_threads], emulation::warp_threads);
}

template <typename Value>
Value __shfl_xor_sync(unsigned, Value value, int distance)
{
    static_assert(sizeof value <= sizeof(uint64_t));
    memcpy(&emulation::exchanged[threadIdx.x], &value, sizeof value);
    __syncwarp();
    memcpy(&value, &emulation::exchanged[threadIdx.x ^ static_cast<unsigned>(distance)], sizeof value);
    __syncwarp();
    return value;
}

#endif
