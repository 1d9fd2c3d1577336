// The few functions of libgomp that the library calls, declared here rather than reached through compiler pragmas:
// the process must hold one OpenMP runtime, the one oneDNN brought (libgomp), and Clang's pragmas would call its own.
// GOMP_parallel is what GCC makes of "omp parallel".
#ifndef GATUN_CPU_OPENMP_H
#define GATUN_CPU_OPENMP_H

extern "C" {

// Runs body(data) on a team of the calling thread; threads = 0 means as many as omp_set_num_threads said.
void GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags);

void omp_set_num_threads(int threads);
int omp_get_max_threads(void);
int omp_get_num_threads(void);
int omp_get_thread_num(void);
}

#endif
