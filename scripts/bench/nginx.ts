/** nginx as a plain reverse proxy: what a gateway is held against. One worker, connections kept, nothing buffered. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Nginx {
  /** Its worker, whose CPU counts. */
  readonly pid: number
  readonly port: number
  stop(): Promise<void>
}

/** Undefined where no nginx is installed. `upstream` = a base URL that ends in `/v1`. */
export async function startNginx(
  folder: string,
  port: number,
  upstream: { readonly baseUrl: string; readonly apiKey: string },
): Promise<Nginx | undefined> {
  if (spawnSync('nginx', ['-v']).error) return undefined
  const home = join(folder, 'nginx')
  mkdirSync(home)
  const config = join(home, 'nginx.conf')
  writeFileSync(config, configuration(home, port, upstream))
  const master = spawn('nginx', ['-p', home, '-c', config], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  master.stderr.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')))
  const ended = new Promise<void>((done) => master.on('exit', () => done()))
  const children = `/proc/${master.pid}/task/${master.pid}/children`
  for (let tries = 0; tries < 200; tries += 1) {
    const [worker] = existsSync(children) ? readFileSync(children, 'utf8').trim().split(' ').filter(Boolean) : []
    if (worker !== undefined) return { pid: Number(worker), port, stop: () => stopped() }
    await sleep(20)
  }
  throw new Error(`nginx did not start: ${said}`)

  async function stopped(): Promise<void> {
    master.kill('SIGTERM')
    await ended
  }
}

function configuration(
  home: string,
  port: number,
  { baseUrl, apiKey }: { readonly baseUrl: string; readonly apiKey: string },
): string {
  const { host, pathname } = new URL(baseUrl)
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${home}/${kind};`,
  )
  return `
worker_processes 1;
daemon off;
pid ${home}/nginx.pid;
error_log ${home}/error.log warn;
worker_rlimit_nofile 20000;
events { worker_connections 8000; }
http {
  access_log off;
  ${temporary.join(' ')}
  keepalive_requests 100000000;
  keepalive_timeout 600s;
  tcp_nodelay on;
  upstream emulator { server ${host}; keepalive 2048; keepalive_requests 100000000; keepalive_timeout 600s; }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    client_body_buffer_size 1m;
    client_max_body_size 32m;
    location /v1/ {
      proxy_pass http://emulator${pathname.replace(/\/$/, '')}/;
      proxy_http_version 1.1;
      proxy_buffering off;
      proxy_set_header Host ${host};
      proxy_set_header Connection "";
      proxy_set_header Authorization "Bearer ${apiKey}";
      proxy_read_timeout 600s;
    }
  }
}
`
}
