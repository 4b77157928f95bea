/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Runs a fuzz target over files and folders of files, where libFuzzer itself is not
 * linked. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static long n_run;

static void
run_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data;
	long size;

	if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0) {
		fprintf(stderr, "cannot read %s\n", path);
		exit(1);
	}
	rewind(file);
	data = malloc((size_t)size +
		      1); /* exact size would be better for ASan: see below */
	if (data == NULL || fread(data, 1, (size_t)size, file) != (size_t)size)
		exit(1);
	data = realloc(data, size > 0 ? (size_t)size
				      : 1); /* an overread by one is then caught */
	LLVMFuzzerTestOneInput(data, (size_t)size);
	free(data);
	fclose(file);
	n_run++;
}

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		struct dirent *entry;
		char path[4096];
		DIR *dir = opendir(argv[i]);

		if (dir == NULL) {
			run_file(argv[i]);
			continue;
		}
		while ((entry = readdir(dir)) != NULL) {
			if (entry->d_name[0] == '.')
				continue;
			snprintf(path, sizeof path, "%s/%s", argv[i], entry->d_name);
			run_file(path);
		}
		closedir(dir);
	}
	printf("%ld inputs\n", n_run);
	return n_run > 0 ? 0 : 1;
}
