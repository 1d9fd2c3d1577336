// The CUDA kernels, run by the CPU, against the CPU's own: see cuda_emulation.h for what that proves.
#include "cuda_emulation.h"
//
#include <sys/mman.h>

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
    KERNEL(gatun_cuda_decode_states),
    KERNEL(gatun_cuda_encode_states),
    KERNEL(gatun_cuda_finish_norm),
    KERNEL(gatun_cuda_lookahead),
    KERNEL(gatun_cuda_measure),
    KERNEL(gatun_cuda_measure_weighted),
    KERNEL(gatun_cuda_perturb),
    KERNEL(gatun_cuda_range_norms),
#define GATUN_ELEMENTWISE(id, Rule) KERNEL(gatun_cuda_update_##id),
#define GATUN_ELEMENTWISE_8BIT(id, Rule) KERNEL(gatun_cuda_update_##id), KERNEL(gatun_cuda_update_8bit_##id),
#define GATUN_LAYERWISE(id, Rule) KERNEL(gatun_cuda_measure_##id), KERNEL(gatun_cuda_update_##id),
#include "common/rules.def"
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

// (elements) zeros, of which only those that are touched take memory.
template <typename Value>
class Reserved {
  public:
    explicit Reserved(int64_t elements) : bytes_(static_cast<size_t>(elements) * sizeof(Value))
    {
        void *memory =
            mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        CHECK(memory != MAP_FAILED);
        data_ = static_cast<Value *>(memory);
    }

    Reserved(const Reserved &) = delete;
    Reserved &operator=(const Reserved &) = delete;

    ~Reserved()
    {
        munmap(data_, bytes_);
    }

    Value *data() const
    {
        return data_;
    }

    std::vector<Value> copy(int64_t begin, int64_t end) const
    {
        return std::vector<Value>(data_ + begin, data_ + end);
    }

  private:
    size_t bytes_;
    Value *data_;
};

TEST(elements_past_2_to_the_31)
{
    constexpr int64_t begin = (int64_t{1} << 31) - 1000;
    constexpr int64_t end = (int64_t{1} << 31) + 3 * cell + 7;
    constexpr int64_t elements = end + 1;
    const gatun_range range = {begin + 1, end, 0};
    const gatun_adam_group group = {.1, .9, .999, 1e-8, .01};
    const Floats some = values(elements - begin, 1, false);
    const Reserved<float> g(elements), w(elements), m(elements), v(elements);
    const Reserved<float> cpu_w(elements), cpu_m(elements), cpu_v(elements);
    const Reserved<uint16_t> shadow(elements), cpu_shadow(elements);
    std::copy(some.begin(), some.end(), g.data() + begin);
    Step step = {1, 1.0};
    step.bf16_rounding = 1;
    step.bf16_weights = cpu_shadow.data();
    CHECK_EQUAL(adam_step(&step, &group, 1, &range, 1, elements, cpu_w.data(), g.data(), cpu_m.data(),
                                cpu_v.data()),
                GATUN_SUCCESS);
    // Of the blocks, one for each cell, only the last ones have anything to do.
    const unsigned blocks = static_cast<unsigned>(gatun::cell_count(elements));
    emulation::launch(blocks, [&] {
        gatun_cuda_update_adam(&step, doubles(&group), 1, &range, 1, nullptr, elements, w.data(), g.data(), m.data(),
                               v.data(), nullptr, nullptr, shadow.data());
    }, blocks - 6);
    check_same("parameters", w.copy(begin, elements), cpu_w.copy(begin, elements));
    check_same("second moment", v.copy(begin, elements), cpu_v.copy(begin, elements));
    check_same("shadow", shadow.copy(begin, elements), cpu_shadow.copy(begin, elements));
    CHECK(w.data()[end - 1] != 0.0f);

    const Reserved<uint8_t> first(elements), second(elements), cpu_first(elements), cpu_second(elements);
    const Reserved<float> scales(elements), more_scales(elements), cpu_scales(elements), cpu_more_scales(elements);
    CHECK_EQUAL(adam_step_8bit(&step, &group, 1, &range, 1, elements, cpu_w.data(), g.data(), cpu_first.data(),
                                     cpu_scales.data(), cpu_second.data(), cpu_more_scales.data()),
                GATUN_SUCCESS);
    emulation::launch(blocks, [&] {
        gatun_cuda_update_8bit_adam(&step, doubles(&group), 1, &range, 1, nullptr, elements, w.data(), g.data(),
                                    first.data(), scales.data(), second.data(), more_scales.data(), nullptr,
                                    shadow.data());
    }, blocks - 6);
    check_same("8 bits, parameters", w.copy(begin, elements), cpu_w.copy(begin, elements));
    check_same("8 bits, codes", second.copy(begin, elements), cpu_second.copy(begin, elements));

    const Reserved<gatun_cuda_cell> cells(blocks);
    g.data()[end - 1] = INFINITY;
    emulation::launch(blocks, [&] {
        gatun_cuda_measure(&range, 1, elements, nullptr, g.data(), cells.data(), nullptr);
    }, blocks - 6);
    CHECK_EQUAL(cells.data()[blocks - 1].first_non_finite, end - 1);
    CHECK_EQUAL(cells.data()[blocks - 2].first_non_finite, INT64_MAX);
    CHECK(cells.data()[blocks - 2].sum > 0.0);
}
