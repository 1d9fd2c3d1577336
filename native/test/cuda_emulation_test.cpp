// The CUDA kernels, run by the CPU, against the CPU's own: see cuda_emulation.h for what that proves.
#include "cuda_emulation.h"
//
#include <utility>

#include "cuda/kernels.cu"
#include "cuda_checks.h"

template <typename... Parameters, size_t... I>
static void call(void (*kernel)(Parameters...), void **arguments, std::index_sequence<I...>)
{
    kernel(*static_cast<Parameters *>(arguments[I])...);
}

template <typename... Parameters>
static void call(void (*kernel)(Parameters...), void **arguments)
{
    call(kernel, arguments, std::index_sequence_for<Parameters...>());
}

#define KERNEL(name) {#name, [](void **arguments) { call(name, arguments); }}

static const struct {
    const char *name;
    void (*run)(void **arguments);
} kernels[] = {
    KERNEL(gatun_cuda_adabelief_step),
    KERNEL(gatun_cuda_adadelta_step),
    KERNEL(gatun_cuda_adagrad_step),
    KERNEL(gatun_cuda_adam_step),
    KERNEL(gatun_cuda_adam_step_8bit),
    KERNEL(gatun_cuda_adamax_step),
    KERNEL(gatun_cuda_amsgrad_step),
    KERNEL(gatun_cuda_decode_states),
    KERNEL(gatun_cuda_encode_states),
    KERNEL(gatun_cuda_finish_norm),
    KERNEL(gatun_cuda_lamb_measure),
    KERNEL(gatun_cuda_lamb_step),
    KERNEL(gatun_cuda_lars_measure),
    KERNEL(gatun_cuda_lars_step),
    KERNEL(gatun_cuda_lion_step),
    KERNEL(gatun_cuda_lion_step_8bit),
    KERNEL(gatun_cuda_lookahead),
    KERNEL(gatun_cuda_measure),
    KERNEL(gatun_cuda_measure_weighted),
    KERNEL(gatun_cuda_nadam_step),
    KERNEL(gatun_cuda_perturb),
    KERNEL(gatun_cuda_radam_step),
    KERNEL(gatun_cuda_range_norms),
    KERNEL(gatun_cuda_rmsprop_step),
    KERNEL(gatun_cuda_rprop_step),
    KERNEL(gatun_cuda_sgd_step),
};

class Emulation : public Device {
  public:
    void *allocate(size_t bytes) override
    {
        void *memory = nullptr;
        return posix_memalign(&memory, 256, bytes) == 0 ? memory : nullptr;
    }

    void release(void *memory) override
    {
        free(memory);
    }

    void to_device(void *to, const void *from, size_t bytes) override
    {
        if (bytes > 0) {
            memcpy(to, from, bytes);
        }
    }

    void to_host(void *to, const void *from, size_t bytes) override
    {
        to_device(to, from, bytes);
    }

    void launch(const char *name, int64_t blocks, void **arguments) override
    {
        for (const auto &kernel : kernels) {
            if (strcmp(kernel.name, name) == 0) {
                emulation::launch(static_cast<unsigned>(blocks), [&] { kernel.run(arguments); });
                return;
            }
        }
        fprintf(stderr, "no kernel %s\n", name);
        abort();
    }
};

Device &device()
{
    static Emulation emulation;
    return emulation;
}
